//! What handlers take from a request, each checked at the border: nothing gets in that the database cannot keep, and
//! whatever is wrong is the asker's problem, never the server's.
//!
//! * [`Sent`]: the JSON body. Fields that nobody knows are refused (each type says so), texts have a length.
//! * [`Asked`]: the query; [`Paged`]: that of a list by pages. * [`At`]: what stands in the path; what makes no sense there
//!   does not exist.
//! * [`IfMatch`]: the version that a change was made from. * [`FileName`]: what a file that is sent is called.

use crate::error::Problem;
use crate::state::App;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, RawPathParams, Request};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, IF_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::IntoResponse;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ObjectBuilder, Required, Type};
use utoipa::{IntoParams, ToSchema};
use vuon_registry::RegistryError;
use vuon_registry::page::PageRequest;

/// The most letters of a text that is sent.
pub const LONGEST_TEXT: usize = 4_000;

/// The most letters of a value in a path or a query.
pub const LONGEST_VALUE: usize = 300;

/// The body, as JSON.
pub struct Sent<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Sent<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::MediaType);
        }
        let bytes = body(request, app).await?;
        let value: Value = serde_json::from_slice(&bytes).map_err(|error| Problem::Form(error.to_string()))?;
        check(&value, &mut String::new())?;
        match Json::from_bytes(&bytes) {
            Ok(Json(sent)) => Ok(Sent(sent)),
            Err(JsonRejection::JsonDataError(error)) => {
                let why = error.body_text();
                Err(Problem::Data { field: field_of(&why), why })
            }
            Err(error) => Err(Problem::Form(error.body_text())),
        }
    }
}

/// The field that a body was refused for, as `/members/0/name` without the first stroke: what refuses it says so only in
/// words, `…: members[0].name: …`.
fn field_of(why: &str) -> Option<String> {
    let is_field = |part: &&str| {
        let sign = |sign: char| sign.is_ascii_alphanumeric() || "_.[]".contains(sign);
        part.starts_with(|first: char| first.is_ascii_lowercase()) && part.chars().all(sign)
    };
    why.split(": ").nth(1).filter(is_field).map(|path| path.replace(['.', '['], "/").replace(']', ""))
}

/// The whole body, if it is not too large.
pub async fn body(request: Request, app: &App) -> Result<Bytes, Problem> {
    Bytes::from_request(request, app).await.map_err(|rejection| {
        let why = rejection.body_text();
        if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
            Problem::TooLarge
        } else {
            Problem::Form(why)
        }
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// Looks through all texts of a body. `at` is where, as `/members/0/name`.
fn check(value: &Value, at: &mut String) -> Result<(), Problem> {
    let mut below = |name: &str, value: &Value| {
        let before = at.len();
        at.push('/');
        at.push_str(name);
        check(value, at)?;
        at.truncate(before);
        Ok(())
    };
    match value {
        Value::String(text) => checked(text, LONGEST_TEXT, at),
        Value::Array(values) => {
            values.iter().enumerate().try_for_each(|(place, value)| below(&place.to_string(), value))
        }
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| {
            checked(name, LONGEST_VALUE, "")?;
            below(name, value)
        }),
        _ => Ok(()),
    }
}

/// A text that can be kept: without NUL, which PostgreSQL has no place for, and not endless.
fn checked(text: &str, longest: usize, at: &str) -> Result<(), Problem> {
    let at = at.trim_start_matches('/');
    if text.contains('\0') {
        return Err(RegistryError::invalid(at, "a text cannot contain the character NUL").into());
    }
    if text.chars().count() > longest {
        return Err(RegistryError::invalid(at, format!("a text has at most {longest} letters here")).into());
    }
    Ok(())
}

/// The query.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Asked<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        asked(parts.uri.query().unwrap_or_default()).map(Asked)
    }
}

/// What a query says.
fn asked<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let uri = Uri::try_from(format!("/?{query}")).map_err(|error| Problem::Form(error.to_string()))?;
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&uri)
        .map_err(|error: QueryRejection| Problem::Form(error.body_text()))?;
    for (name, value) in &pairs {
        checked(name, LONGEST_VALUE, "")?;
        checked(value, LONGEST_VALUE, name)?;
    }
    let Query(asked) = Query::try_from_uri(&uri).map_err(|error: QueryRejection| {
        let why = error.body_text();
        Problem::Data { field: field_of(&why).or_else(|| quoted_field(&why)), why }
    })?;
    Ok(asked)
}

/// The field of a query that is missing or that nobody knows: it is told between back quotes, and there are none within
/// others.
fn quoted_field(why: &str) -> Option<String> {
    let (_, rest) = why.split_once("missing field `").or_else(|| why.split_once("unknown field `"))?;
    rest.split_once('`').map(|(field, _)| field.to_owned())
}

/// The query of a list that comes by pages: what is listed, and which page of it ([`WhichPage`] describes that part).
pub struct Paged<T>(pub T, pub PageRequest);

/// Which page of a list.
#[derive(Deserialize, Default, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct WhichPage {
    /// `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    #[schema(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

impl WhichPage {
    /// As the register is asked.
    pub fn request(self) -> Result<PageRequest, Problem> {
        page(self.after, self.limit)
    }
}

impl<T: DeserializeOwned> FromRequestParts<App> for Paged<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let of_the_page = |pair: &&str| matches!(pair.split('=').next(), Some("after" | "limit"));
        let (paging, listed): (Vec<&str>, Vec<&str>) = query.split('&').partition(of_the_page);
        let which: WhichPage = asked(&paging.join("&"))?;
        Ok(Paged(asked(&listed.join("&"))?, which.request()?))
    }
}

/// Nothing is asked but which page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct All {}

/// What stands in the path.
pub struct At<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for At<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let nothing = |_| Problem::NotFound;
        let raw = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Problem::NotFound)?;
        for (_, value) in &raw {
            checked(value, LONGEST_VALUE, "").map_err(nothing)?;
        }
        let Path(found) = Path::from_request_parts(parts, app).await.map_err(|_| Problem::NotFound)?;
        Ok(At(found))
    }
}

/// The version that a change was made from: the `ETag` of what was read, in `If-Match`.
pub struct IfMatch(pub i64);

impl FromRequestParts<App> for IfMatch {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let mut given = parts.headers.get_all(IF_MATCH).iter();
        let tag = given.next().ok_or(Problem::NoVersion)?;
        // `*`, a weak tag or several are no version that somebody has looked at.
        let text = tag.to_str().ok().filter(|_| given.next().is_none()).map(str::trim);
        let digits = text.and_then(|text| text.strip_prefix('"')?.strip_suffix('"'));
        digits.and_then(|digits| digits.parse().ok()).map(IfMatch).ok_or(Problem::OtherVersion)
    }
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let tag = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^\"[0-9]{1,18}\"$"));
        let header = ParameterBuilder::new()
            .name("If-Match")
            .parameter_in(ParameterIn::Header)
            .required(Required::True)
            .description(Some("The ETag of what was read."))
            .schema(Some(tag));
        vec![header.build()]
    }
}

/// What a file that is sent is called: from `Content-Disposition`, since an address is written down by whoever carries it.
pub struct FileName(pub String);

impl FromRequestParts<App> for FileName {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let missing =
            || RegistryError::invalid("name", "name the file in Content-Disposition: attachment; filename*=UTF-8''…");
        let header = parts.headers.get(CONTENT_DISPOSITION).and_then(|value| value.to_str().ok());
        let name = header.and_then(file_name).ok_or_else(missing)?;
        checked(&name, LONGEST_VALUE, "name")?;
        Ok(FileName(name))
    }
}

/// The name in a `Content-Disposition` (RFC 6266): the extended form of RFC 8187 before the plain one.
fn file_name(header: &str) -> Option<String> {
    let mut plain = None;
    for part in parts_of(header).into_iter().skip(1) {
        let Some((name, value)) = part.split_once('=') else { continue };
        match name.trim().to_ascii_lowercase().as_str() {
            "filename*" => {
                let mut pieces = value.trim().splitn(3, '\'');
                let charset = pieces.next()?;
                let encoded = pieces.nth(1).filter(|_| charset.eq_ignore_ascii_case("utf-8"))?;
                return String::from_utf8(unescaped(encoded)?).ok();
            }
            "filename" => plain = Some(value.trim().trim_matches('"').replace('\\', "")),
            _ => {}
        }
    }
    plain.filter(|name| !name.is_empty())
}

/// The parts between the semicolons that stand outside of quotes.
fn parts_of(header: &str) -> Vec<&str> {
    let mut quoted = false;
    header
        .split(|sign: char| {
            quoted ^= sign == '"';
            sign == ';' && !quoted
        })
        .collect()
}

/// The bytes that a text with `%41` for `A` stands for.
fn unescaped(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first == b'%' {
            let (digits, after) = rest.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = after;
        } else {
            bytes.push(*first);
        }
    }
    Some(bytes)
}

impl IntoParams for FileName {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let header = ParameterBuilder::new()
            .name("Content-Disposition")
            .parameter_in(ParameterIn::Header)
            .required(Required::True)
            .description(Some("What the file is called: `attachment; filename*=UTF-8''nha.jpg`."))
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)));
        vec![header.build()]
    }
}

/// Which page of a list.
pub fn page(after: Option<String>, limit: Option<u32>) -> Result<PageRequest, Problem> {
    let limit = limit.unwrap_or(PageRequest::first().limit);
    if !(1..=PageRequest::MOST).contains(&limit) {
        return Err(RegistryError::invalid("limit", format!("1 to {}", PageRequest::MOST)).into());
    }
    Ok(PageRequest { after, limit })
}

#[cfg(test)]
mod tests {
    use super::{field_of, file_name};

    #[test]
    fn a_body_that_is_refused_names_its_field() {
        let refused = |why: &str| field_of(&format!("Failed to deserialize the JSON body into the target type: {why}"));
        assert_eq!(refused("on: failed to parse at line 1").as_deref(), Some("on"));
        assert_eq!(refused("cases[0].version: invalid type: null").as_deref(), Some("cases/0/version"));
        assert_eq!(refused("missing field `on` at line 1 column 2"), None);
    }

    #[test]
    fn the_name_of_a_file_is_read_as_browsers_and_programs_write_it() {
        let name = |header| file_name(header);
        assert_eq!(name("attachment; filename=nha.jpg").as_deref(), Some("nha.jpg"));
        assert_eq!(name("attachment; filename=\"a; b.jpg\"").as_deref(), Some("a; b.jpg"));
        assert_eq!(name("attachment; filename=x; filename*=UTF-8'vi'nh%C3%A0.jpg").as_deref(), Some("nhà.jpg"));
        for wrong in [
            "attachment",
            "attachment; filename=",
            "attachment; filename*=latin1''x",
            "a; filename*=UTF-8''%f",
            "a; filename*=UTF-8''%ff",
        ] {
            assert_eq!(name(wrong), None, "{wrong}");
        }
    }
}
