//! The description that programs are written by. A change of it is seen in `openapi.json` beside this file, in the same
//! change as the handlers'. To write it anew:
//!
//! ```sh
//! VUON_RENEW=1 cargo test --package vuon-server --test api description
//! ```

use crate::site::Site;
use crate::world::World;
use axum::http::Method;
use serde_json::Value;
use std::collections::BTreeSet;

async fn description() -> Value {
    let world = World::sqlite().await;
    Site::of(&world).await.nobody().get("/openapi.json").await.is(200).body
}

#[tokio::test]
async fn the_description_is_as_it_was_agreed() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/openapi.json");
    let written = format!("{}\n", serde_json::to_string_pretty(&description().await).unwrap());
    if std::env::var_os("VUON_RENEW").is_some() {
        std::fs::write(file, &written).unwrap();
    }
    let agreed = std::fs::read_to_string(file).unwrap_or_default();
    let line = written.lines().zip(agreed.lines()).position(|(now, then)| now != then);
    assert!(
        written == agreed,
        "differs from line {:?} on; the head of this file says how to renew it",
        line.map(|l| l + 1)
    );
}

#[tokio::test]
async fn the_description_names_every_operation_once_and_says_what_can_go_wrong() {
    let description = description().await;
    assert_eq!(description["openapi"], "3.1.0");
    let mut names = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let at = format!("{method} {path}");
            assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()), "{at}");
            assert!(operation["summary"].as_str().is_some_and(|words| !words.is_empty()), "{at} has no words");
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.keys().any(|status| status.starts_with('2')), "{at} never succeeds");
            assert!(["400", "401", "404", "422"].iter().all(|status| responses.contains_key(*status)), "{at}");
            let keyed = operation["parameters"].as_array().unwrap().iter().any(|p| p["name"] == "Idempotency-Key");
            assert_eq!(keyed, method == "post", "{at}");
        }
    }
    assert!(names.len() > 60, "{}", names.len());
}

/// Programs that are written from the description follow its references.
#[tokio::test]
async fn every_reference_of_the_description_leads_somewhere() {
    let description = description().await;
    let text = description.to_string();
    let parts = text.split("\"$ref\":\"#").skip(1);
    let references: BTreeSet<&str> = parts.map(|part| part.split('"').next().unwrap()).collect();
    assert!(references.len() > 50, "{}", references.len());
    for reference in references {
        assert!(description.pointer(reference).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn nothing_that_is_described_is_missing() {
    let world = World::sqlite().await;
    let site = Site::of(&world).await;
    let officer = site.officer().await;
    let description = site.nobody().get("/openapi.json").await.is(200).body;
    for (path, item) in description["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let method = Method::try_from(method.to_uppercase().as_str()).unwrap();
            if method == Method::DELETE {
                continue;
            }
            let path = path.replace("{seq}", "1").replace(['{', '}'], "");
            let reply = officer.ask(method.clone(), &path, &[], axum::body::Body::empty()).await;
            assert_ne!(reply.status.as_u16(), 405, "{method} {path}");
            assert!(!reply.status.is_server_error(), "{method} {path}: {}", reply.body);
        }
    }
}
