//! Sign-in by a ministry's own provider (OpenID Connect: authorization code with PKCE).
//!
//! Out: an address at the provider, and what must be remembered until the person comes back, signed and in a cookie of
//! theirs for ten minutes. In: the code they come back with. Between, `state` ties the answer to this browser, `nonce`
//! ties the provider's statement to this sign-in. The provider says who somebody is; what they may do, the register says.

use crate::config::{Config, Oidc};
use crate::csrf;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, TokenResponse, reqwest,
};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::error::Error;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::Mutex;

/// How long a sign-in may take.
const FOR: Duration = Duration::from_secs(600);

/// For how long the provider's description, with its keys, is believed.
const BELIEVED: Duration = Duration::from_secs(3600);

/// The address the provider sends people back to, below the server's own.
pub const BACK: &str = "/sign-in/openid/back";

/// The provider, if one is set up.
pub struct Provider {
    settings: Option<Settings>,
    known: Mutex<Option<(Instant, CoreProviderMetadata)>>,
}

struct Settings {
    oidc: Oidc,
    back: String,
}

/// What is remembered of a sign-in until the person comes back.
#[derive(Serialize, Deserialize)]
struct Started {
    state: String,
    nonce: String,
    verifier: String,
    next: String,
    /// The account that asked to be tied to whoever comes back; nobody: a sign-in.
    #[serde(default)]
    tie: Option<String>,
    until: u64,
}

/// Whom the provider vouches for.
#[derive(Debug)]
pub struct Vouched {
    /// The provider.
    pub issuer: String,
    /// The person, as the provider calls them.
    pub subject: String,
    /// Whether a second factor was used there.
    pub strong: bool,
    /// Where the person was going.
    pub next: String,
    /// The account that asked to be tied to this person; nobody: they sign in.
    pub tie: Option<String>,
}

/// Why a sign-in did not come to its end; for the log.
#[derive(thiserror::Error, Debug)]
pub enum OpenIdError {
    /// No provider is set up.
    #[error("no provider is set up")]
    None,
    /// The answer does not belong to a sign-in of this browser, or comes too late.
    #[error("the answer belongs to no sign-in of this browser")]
    Foreign,
    /// The provider did not answer as it should.
    #[error("the provider: {0}")]
    Provider(String),
}

/// What the provider said that should not be there, without what it was about.
fn provider(error: impl Error) -> OpenIdError {
    OpenIdError::Provider(error.to_string())
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

impl Provider {
    /// By the settings.
    pub fn new(config: &Config) -> Self {
        let settings = config
            .oidc
            .clone()
            .zip(config.public_url.as_ref())
            .map(|(oidc, url)| Settings { oidc, back: format!("{}{BACK}", url.trim_end_matches('/')) });
        Provider { settings, known: Mutex::default() }
    }

    /// What its button says, if there is a provider.
    pub fn name(&self) -> Option<String> {
        self.settings.as_ref().map(|settings| settings.oidc.name.clone().unwrap_or_else(|| "OpenID Connect".into()))
    }

    fn settings(&self) -> Result<&Settings, OpenIdError> {
        self.settings.as_ref().ok_or(OpenIdError::None)
    }

    async fn metadata(&self, settings: &Settings, http: &reqwest::Client) -> Result<CoreProviderMetadata, OpenIdError> {
        let mut known = self.known.lock().await;
        if let Some((at, metadata)) = known.as_ref()
            && at.elapsed() < BELIEVED
        {
            return Ok(metadata.clone());
        }
        let issuer = IssuerUrl::new(settings.oidc.issuer.clone()).map_err(provider)?;
        let metadata = CoreProviderMetadata::discover_async(issuer, http).await.map_err(provider)?;
        *known = Some((Instant::now(), metadata.clone()));
        Ok(metadata)
    }

    /// Begins a sign-in, or the tying of an account to whoever comes back: the address at the provider, and the cookie's
    /// value.
    ///
    /// # Errors
    /// [`OpenIdError`].
    pub async fn start(&self, next: &str, tie: Option<String>) -> Result<(String, String), OpenIdError> {
        let settings = self.settings()?;
        let metadata = self.metadata(settings, &http()?).await?;
        let client = client(settings, metadata)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let (url, state, nonce) =
            client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random).set_pkce_challenge(challenge).url();
        let started = Started {
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
            next: next.to_owned(),
            tie,
            until: now() + FOR.as_secs(),
        };
        Ok((url.to_string(), settings.sign(&started)?))
    }

    /// Ends a sign-in with what the person came back with.
    ///
    /// # Errors
    /// [`OpenIdError`].
    pub async fn finish(&self, cookie: &str, state: &str, code: String) -> Result<Vouched, OpenIdError> {
        let settings = self.settings()?;
        let started = settings.verify(cookie).ok_or(OpenIdError::Foreign)?;
        if !csrf::same(&started.state, state) || started.until < now() {
            return Err(OpenIdError::Foreign);
        }
        let http = http()?;
        let client = client(settings, self.metadata(settings, &http).await?)?;
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(provider)?
            .set_pkce_verifier(PkceCodeVerifier::new(started.verifier))
            .request_async(&http)
            .await
            .map_err(provider)?;
        let token = tokens.id_token().ok_or_else(|| OpenIdError::Provider("there is no ID token".into()))?;
        let verifier = client.id_token_verifier();
        let claims = token.claims(&verifier, &Nonce::new(started.nonce)).map_err(provider)?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = token.signing_alg().map_err(provider)?;
            let key = token.signing_key(&verifier).map_err(provider)?;
            let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key).map_err(provider)?;
            if actual != *expected {
                return Err(OpenIdError::Provider("the access token is another one".into()));
            }
        }
        let level = claims.auth_context_ref().map(|level| level.as_str().to_owned());
        let methods = claims.auth_method_refs().into_iter().flatten().map(|method| method.as_str().to_owned());
        let strong = methods.chain(level).any(|used| settings.oidc.strong.contains(&used));
        Ok(Vouched {
            issuer: claims.issuer().to_string(),
            subject: claims.subject().to_string(),
            strong,
            next: started.next,
            tie: started.tie,
        })
    }
}

/// The client of a provider, once its description is known.
type Client = CoreClient<
    openidconnect::EndpointSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointMaybeSet,
    openidconnect::EndpointMaybeSet,
>;

fn client(settings: &Settings, metadata: CoreProviderMetadata) -> Result<Client, OpenIdError> {
    let back = RedirectUrl::new(settings.back.clone()).map_err(provider)?;
    let (id, secret) = (settings.oidc.client_id.clone(), settings.oidc.client_secret.clone());
    Ok(CoreClient::from_provider_metadata(metadata, ClientId::new(id), Some(ClientSecret::new(secret)))
        .set_redirect_uri(back))
}

/// It follows nobody elsewhere: a provider that redirects could send our secret to anywhere.
fn http() -> Result<reqwest::Client, OpenIdError> {
    reqwest::ClientBuilder::new()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(15))
        .build()
        .map_err(provider)
}

impl Settings {
    /// The key of cookies comes from the secret shared with the provider, so that every process of a server has it.
    fn mac(&self, text: &str) -> Result<Hmac<Sha256>, OpenIdError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.oidc.client_secret.as_bytes()).map_err(provider)?;
        mac.update(b"vuon/openid/1 ");
        mac.update(text.as_bytes());
        Ok(mac)
    }

    fn sign(&self, started: &Started) -> Result<String, OpenIdError> {
        let text = BASE64URL_NOPAD.encode(serde_json::to_string(started).map_err(provider)?.as_bytes());
        let mac = self.mac(&text)?.finalize().into_bytes();
        Ok(format!("{text}.{}", HEXLOWER.encode(&mac)))
    }

    fn verify(&self, cookie: &str) -> Option<Started> {
        let (text, mac) = cookie.split_once('.')?;
        let mac = HEXLOWER.decode(mac.as_bytes()).ok()?;
        self.mac(text).ok()?.verify_slice(&mac).ok()?;
        serde_json::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(secret: &str) -> Settings {
        let oidc = Oidc {
            issuer: "https://id.example".into(),
            client_id: "vuon".into(),
            client_secret: secret.into(),
            name: None,
            strong: Vec::new(),
        };
        Settings { oidc, back: "https://vuon.example/back".into() }
    }

    #[test]
    fn what_is_remembered_cannot_be_changed_by_the_browser() {
        let started = Started {
            state: "s".into(),
            nonce: "n".into(),
            verifier: "v".into(),
            next: "/".into(),
            tie: None,
            until: 5,
        };
        let cookie = settings("one").sign(&started).unwrap();
        assert_eq!(settings("one").verify(&cookie).unwrap().nonce, "n");
        assert!(settings("two").verify(&cookie).is_none());
        let (text, mac) = cookie.split_once('.').unwrap();
        assert!(settings("one").verify(&format!("{}x.{mac}", &text[..text.len() - 1])).is_none());
        assert!(settings("one").verify(text).is_none());
    }
}
