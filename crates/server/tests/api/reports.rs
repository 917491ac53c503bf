//! The official reports through the interface: figures, refusals by name, and no more than the desk shows.

use crate::site::{COMMUNE, OTHER_COMMUNE, for_each_engine, household};
use axum::body::Body;
use axum::http::Method;
use vuon_registry::room::sql;
use vuon_registry::scope::Role;

#[tokio::test]
async fn a_report_is_a_file_or_a_refusal_that_says_why() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let stranger = site.person("xa-khac", Role::CommuneOfficer, Some(OTHER_COMMUNE)).await;
        let enumerator = site.person("dieu-tra", Role::Enumerator, Some(COMMUNE)).await;
        officer.post("/households", &household(site, "Lò Văn Mẫu")).await.is(201);
        let of = |report: &str, format: &str| format!("/areas/{COMMUNE}/reports/{report}?format={format}");

        let figures = officer.get(&of("movement-poor", "json")).await.is(200);
        assert_eq!(figures.body["form"]["form"], "2");
        assert_eq!(figures.body["columns"].as_array().unwrap().len(), 9);
        assert_eq!(figures.body["rows"][0]["values"][8], 0, "nobody was decided yet");
        let workbook = officer.get(&of("movement-poor", "xlsx")).await.is(200);
        assert!(workbook.header("content-disposition").unwrap().contains("movement-poor.xlsx"));
        assert_eq!(
            officer.get(&of("ethnic-groups", "pdf")).await.is(200).header("content-type"),
            Some("application/pdf")
        );

        officer.get(&of("causes", "pdf")).await.gives_problem(422, "report");
        let refused = officer.get(&format!("/areas/{COMMUNE}/briefing")).await.gives_problem(422, "report");
        assert!(refused.text("detail").contains("chưa có danh sách"), "nobody was decided yet");
        stranger.get(&format!("/areas/{COMMUNE}/briefing")).await.gives_problem(404, "not-found");
        let refused = officer.get(&of("final-results", "xlsx")).await.gives_problem(422, "report");
        assert!(!refused.text("detail").is_empty());
        officer.get(&of("no-such-report", "xlsx")).await.gives_problem(404, "not-found");
        stranger.get(&of("movement-poor", "json")).await.gives_problem(404, "not-found");
        stranger.get(&of("ethnic-groups", "json")).await.gives_problem(404, "not-found");
        enumerator.get(&of("ethnic-groups", "json")).await.gives_problem(403, "forbidden");
        site.nobody().get(&of("ethnic-groups", "json")).await.gives_problem(401, "not-signed-in");

        // With the residents: of each hamlet by its name.
        let hamlets = officer.get(&format!("/areas/{COMMUNE}/hamlets")).await.is(200).body;
        let lines: Vec<String> = hamlets
            .as_array()
            .unwrap()
            .iter()
            .map(|hamlet| format!("{},100,400", hamlet["name"].as_str().unwrap()))
            .collect();
        let table = format!("unit,households,persons\n{}\n", lines.join("\n"));
        let path = of("final-results", "json").leak();
        let sent = officer.ask(Method::POST, path, &[("content-type", "text/csv")], Body::from(table)).await.is(200);
        assert_eq!(sent.body["rows"][0]["values"][0], 100 * lines.len());
        let wrong = officer.ask(Method::POST, path, &[("content-type", "text/csv")], Body::from("a,b\n1,2\n")).await;
        wrong.gives_problem(422, "invalid");
    })
    .await;
}

#[tokio::test]
async fn the_detailed_list_is_a_file_and_an_entry_of_the_ledger() {
    for_each_engine(async |site| {
        let officer = site.officer().await;
        let stranger = site.person("xa-khac", Role::CommuneOfficer, Some(OTHER_COMMUNE)).await;
        let enumerator = site.person("dieu-tra", Role::Enumerator, Some(COMMUNE)).await;
        officer.post("/households", &household(site, "Lò Văn Mẫu")).await.is(201);
        let of = |query: &str| format!("/areas/{COMMUNE}/detailed-list{query}");
        let exports = async || {
            let exports = sql("SELECT COUNT(*) FROM entry WHERE kind = 'export'", []);
            exports.count(&mut site.operator().store().read().await.unwrap()).await.unwrap()
        };
        let list = officer.get(&of("")).await.is(200);
        assert!(list.header("content-disposition").unwrap().contains("detailed-list.xlsx"));
        assert_eq!(exports().await, 1);
        assert_eq!(
            officer.get(&of("?format=pdf&statuses=poor")).await.is(200).header("content-type"),
            Some("application/pdf")
        );
        let odd = officer.get(&of("?statuses=rich")).await.gives_problem(422, "report");
        assert!(odd.text("detail").contains("rich"));
        officer.get(&of("?format=json")).await.gives_problem(422, "invalid");
        officer.get("/areas/vn-2025-07-01:11/detailed-list").await.gives_problem(422, "invalid");
        let before = exports().await;
        stranger.get(&of("")).await.gives_problem(404, "not-found");
        enumerator.get(&of("")).await.gives_problem(403, "forbidden");
        assert_eq!(exports().await, before, "who may not is told nothing");
    })
    .await;
}
