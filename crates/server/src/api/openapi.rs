//! What all of the interface shares is said once, here, and written into the description that the handlers make.
//!
//! In: the description as the handlers' own words give it. Out: the same with the variables of each path, the idempotency
//! key of every `POST`, what `extract` holds every body to, and the problems that can be the answer.

use super::extract::{LONGEST_TEXT, LONGEST_VALUE};
use super::{once, problem};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// The description's first page.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Vươn",
        description = "The register of a poverty-reduction programme: households, reviews, decisions, the ledger.",
        license(name = "Apache-2.0 OR MIT", identifier = "Apache-2.0 OR MIT")
    ),
    servers((url = "/api/v1")),
    security(("token" = []), ("cookie" = [])),
    components(schemas(problem::Body)),
    modifiers(&Secrets)
)]
struct Frame;

/// How somebody proves who asks.
struct Secrets;

impl Modify for Secrets {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("From POST /sessions.")).build();
        components.add_security_scheme("token", SecurityScheme::Http(token));
        let cookie = ApiKeyValue::with_description(
            "vuon-session",
            "The session of the pages; changes need its secret in X-CSRF-Token too.",
        );
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// The description before there are handlers.
pub fn frame() -> utoipa::openapi::OpenApi {
    Frame::openapi()
}

/// The description with what all handlers share. `cookie` is the name of the session's.
pub fn complete(document: utoipa::openapi::OpenApi, cookie: &str) -> Value {
    // A description is made of texts, lists and maps: it can always be written as JSON.
    let mut document = serde_json::to_value(document).unwrap_or_default();
    let problem = json!({
        "description": "Why not (RFC 9457).",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    });
    document["components"]["securitySchemes"]["cookie"]["name"] = cookie.into();
    document["components"]["responses"] = json!({ "Problem": problem });
    let mut sent = BTreeSet::new();
    if let Some(paths) = document["paths"].as_object_mut() {
        for (path, item) in paths {
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                complete_operation(path, method, operation);
                references(&operation["requestBody"], &mut sent);
            }
        }
    }
    close_bodies(&mut document, sent);
    document
}

fn complete_operation(path: &str, method: &str, operation: &mut Value) {
    let tag = path.split('/').nth(1).unwrap_or_default().trim_end_matches(".csv");
    operation["tags"] = json!([tag]);
    let changes = method != "get";
    let mut parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    for parameter in &mut parameters {
        limit(&mut parameter["schema"], LONGEST_VALUE);
    }
    for name in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
        if !parameters.iter().any(|parameter| parameter["in"] == "path" && parameter["name"] == name) {
            let schema = json!({ "type": "string", "minLength": 1, "maxLength": LONGEST_VALUE });
            parameters.push(json!({ "name": name, "in": "path", "required": true, "schema": schema }));
        }
    }
    if method == "post" {
        parameters.push(json!({
            "name": once::HEADER,
            "in": "header",
            "description": "A name for this sending: sent again under it, the request is answered as before and not done again.",
            "schema": { "type": "string", "pattern": "^[!-~]{1,128}$" },
        }));
    }
    let versioned = parameters.iter().any(|parameter| parameter["name"] == "If-Match");
    let body = !operation["requestBody"].is_null();
    operation["parameters"] = parameters.into();
    let mut problems = vec![400, 401, 403, 404, 409, 422, 429, 500, 504];
    problems.extend(if body { &[413, 415][..] } else { &[] });
    problems.extend(if versioned { &[412, 428][..] } else { &[] });
    problems.extend(if changes && !body { &[413][..] } else { &[] });
    let mut responses = operation["responses"].as_object().cloned().unwrap_or_default();
    for status in problems {
        responses.insert(status.to_string(), json!({ "$ref": "#/components/responses/Problem" }));
    }
    for (status, response) in &mut responses {
        if response.get("$ref").is_none() && response.get("description").is_none() {
            response["description"] = json!(if status == "201" { "Made." } else { "Done." });
        }
    }
    responses.sort_keys();
    operation["responses"] = responses.into();
}

/// The names of the schemas that a part of the description refers to.
fn references(part: &Value, into: &mut BTreeSet<String>) {
    match part {
        Value::Object(fields) => {
            if let Some(name) = fields.get("$ref").and_then(Value::as_str).and_then(|at| at.rsplit('/').next()) {
                into.insert(name.to_owned());
            }
            fields.values().for_each(|part| references(part, into));
        }
        Value::Array(parts) => parts.iter().for_each(|part| references(part, into)),
        _ => {}
    }
}

/// Closes every schema that a body is made of: what is sent has no other fields, and no endless texts.
fn close_bodies(document: &mut Value, mut waiting: BTreeSet<String>) {
    let mut done = BTreeSet::new();
    while let Some(name) = waiting.pop_first() {
        let schema = &mut document["components"]["schemas"][&name];
        close(schema);
        limit(schema, LONGEST_TEXT);
        let mut further = BTreeSet::new();
        references(schema, &mut further);
        done.insert(name);
        waiting.extend(further.difference(&done).cloned());
    }
}

/// Says of objects that they have no other fields: every type that is sent refuses them.
fn close(schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else { return };
    if fields.contains_key("properties") && !fields.contains_key("additionalProperties") {
        fields.insert("additionalProperties".into(), false.into());
    }
    each_below(fields, close);
}

/// Gives the free texts of a schema a greatest length.
fn limit(schema: &mut Value, longest: usize) {
    let Some(fields) = schema.as_object_mut() else { return };
    let is_text = match fields.get("type") {
        Some(Value::Array(types)) => types.iter().any(|kind| kind == "string"),
        Some(kind) => kind == "string",
        None => false,
    };
    if is_text && !["enum", "format", "maxLength", "pattern"].iter().any(|name| fields.contains_key(*name)) {
        fields.insert("maxLength".into(), longest.into());
    }
    each_below(fields, |part| limit(part, longest));
}

fn each_below(fields: &mut Map<String, Value>, mut each: impl FnMut(&mut Value)) {
    for name in ["properties", "items", "prefixItems", "oneOf", "anyOf", "allOf", "additionalProperties"] {
        match fields.get_mut(name) {
            Some(Value::Array(parts)) => parts.iter_mut().for_each(&mut each),
            Some(Value::Object(parts)) if name == "properties" => parts.values_mut().for_each(&mut each),
            Some(part) => each(part),
            None => {}
        }
    }
}
