//! The register's keys: what is sealed with them can be read only with the key file, which is not in the database.
//!
//! One secret of 32 bytes; three keys come from it, one for each use (HMAC-SHA-256 over the name of the use).

use crate::{RegistryError, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use data_encoding::HEXLOWER;
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::path::Path;
use zeroize::Zeroizing;

const NONCE: usize = 24;

/// The keys of one register.
pub struct Keys {
    sealing: Zeroizing<[u8; 32]>,
    finding: Zeroizing<[u8; 32]>,
    signing: SigningKey,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}

fn keyed(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

impl Keys {
    /// From a secret.
    pub fn from_secret(secret: &[u8; 32]) -> Self {
        Keys {
            sealing: Zeroizing::new(keyed(secret, &[b"vuon/seal/1"])),
            finding: Zeroizing::new(keyed(secret, &[b"vuon/find/1"])),
            signing: SigningKey::from_bytes(&keyed(secret, &[b"vuon/sign/1"])),
        }
    }

    /// A new secret, for tests and demonstrations.
    pub fn random() -> Self {
        Self::from_secret(&random())
    }

    /// Reads a key file, or makes one that only its owner can read.
    ///
    /// # Errors
    /// [`RegistryError::File`]; [`RegistryError::WrongKey`] when the file holds no key.
    pub fn open_or_create(path: &Path) -> Result<Self> {
        let failed = |source| RegistryError::File { path: path.display().to_string(), source };
        if !path.exists() {
            let secret = Zeroizing::new(random::<32>());
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(path).map_err(failed)?;
            std::io::Write::write_all(&mut file, HEXLOWER.encode(&*secret).as_bytes()).map_err(failed)?;
            file.sync_all().map_err(failed)?;
        }
        let text = Zeroizing::new(std::fs::read_to_string(path).map_err(failed)?);
        let secret = HEXLOWER.decode(text.trim().as_bytes()).map_err(|_| RegistryError::WrongKey)?;
        let secret = Zeroizing::new(<[u8; 32]>::try_from(secret).map_err(|_| RegistryError::WrongKey)?);
        Ok(Self::from_secret(&secret))
    }

    /// Seals a text for one place; it opens only there.
    pub fn seal(&self, place: &str, text: &str) -> String {
        let nonce = random::<NONCE>();
        let cipher = XChaCha20Poly1305::new((&*self.sealing).into());
        let payload = Payload { msg: text.as_bytes(), aad: place.as_bytes() };
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload).expect("a short text can be sealed");
        BASE64.encode([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// [`RegistryError::WrongKey`] when it was sealed with another key, for another place, or was changed.
    pub fn open(&self, place: &str, sealed: &str) -> Result<Zeroizing<String>> {
        let bytes = BASE64.decode(sealed).map_err(|_| RegistryError::WrongKey)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or(RegistryError::WrongKey)?;
        let nonce = <[u8; NONCE]>::try_from(nonce).map_err(|_| RegistryError::WrongKey)?;
        let cipher = XChaCha20Poly1305::new((&*self.sealing).into());
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        let open = cipher.decrypt(&XNonce::from(nonce), payload).map_err(|_| RegistryError::WrongKey)?;
        String::from_utf8(open).map(Zeroizing::new).map_err(|_| RegistryError::WrongKey)
    }

    /// The print by which a value is found without being readable: a keyed hash.
    pub fn print(&self, kind: &str, value: &str) -> String {
        self.print_of(kind, &[value.as_bytes()])
    }

    /// The same of several parts, none of which runs into the next.
    pub fn print_of(&self, kind: &str, parts: &[&[u8]]) -> String {
        HEXLOWER.encode(&keyed(&*self.finding, &[&[kind.as_bytes()], parts].concat()))
    }

    /// Signs a text, such as the root of a day.
    pub fn sign(&self, text: &str) -> String {
        HEXLOWER.encode(&self.signing.sign(text.as_bytes()).to_bytes())
    }

    /// The public half of the signing key, in hexadecimal: whoever has it can check signatures without the register.
    pub fn public(&self) -> String {
        HEXLOWER.encode(self.signing.verifying_key().as_bytes())
    }
}

/// Whether a signature over a text was made with the key whose public half this is.
pub fn is_signed(public: &str, text: &str, signature: &str) -> bool {
    let bytes = |text: &str| HEXLOWER.decode(text.as_bytes()).ok();
    let key = bytes(public).and_then(|b| <[u8; 32]>::try_from(b).ok()).and_then(|b| VerifyingKey::from_bytes(&b).ok());
    let signature = bytes(signature).and_then(|b| Signature::from_slice(&b).ok());
    matches!((key, signature), (Some(key), Some(signature)) if key.verify(text.as_bytes(), &signature).is_ok())
}

/// Bytes nobody can guess.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    bytes
}
