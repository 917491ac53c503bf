//! Settings: defaults, then the file, then the environment's, then the command line's.

use vuon_server::{Config, ServeOptions};

#[test]
fn every_setting_is_told_in_the_documentation() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
    let told = std::fs::read_to_string(path).unwrap();
    let serde_json::Value::Object(settings) = serde_json::to_value(Config::default()).unwrap() else { unreachable!() };
    for name in settings.keys() {
        assert!(told.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn the_command_line_is_stronger_than_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vuon.toml");
    std::fs::write(&file, "listen = \"127.0.0.1:9000\"\nlanguage = \"en\"\n[log]\nformat = \"json\"\n").unwrap();
    let mut options = ServeOptions { file: Some(file), ..ServeOptions::default() };
    let config = Config::read(&options).unwrap();
    assert_eq!((config.listen.port(), config.language.as_str(), config.demo), (9000, "en", false));
    options.listen = Some("127.0.0.1:9001".parse().unwrap());
    options.demo = true;
    let config = Config::read(&options).unwrap();
    assert_eq!((config.listen.port(), config.demo), (9001, true));
}

#[test]
fn what_is_no_setting_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vuon.toml");
    for (text, named) in [
        ("lisen = \"127.0.0.1:9000\"", "lisen"),
        ("language = \"fr\"", "language"),
        ("papers_language = \"fr\"", "papers_language"),
        ("[oidc]\nissuer = \"https://id.example\"\nclient_id = \"a\"\nclient_secret = \"b\"", "public_url"),
    ] {
        std::fs::write(&file, text).unwrap();
        let error = Config::read(&ServeOptions { file: Some(file.clone()), ..ServeOptions::default() }).unwrap_err();
        assert!(error.to_string().contains(named), "{error}");
    }
    let gone = ServeOptions { file: Some(folder.path().join("none.toml")), ..ServeOptions::default() };
    assert!(Config::read(&gone).unwrap_err().to_string().contains("none.toml"));
}

#[test]
fn secrets_are_not_printed() {
    let config = Config {
        database: Some("postgres://vuon:hunter2@localhost/vuon".into()),
        metrics_token: Some("hunter2hunter2hunter2".into()),
        ..Config::default()
    };
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn without_a_file_the_defaults_hold() {
    let config = Config::read(&ServeOptions::default()).unwrap();
    assert_eq!(config.listen, Config::default().listen);
}
