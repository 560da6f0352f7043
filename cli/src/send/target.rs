//! Where to send.

use http::Uri;

/// An address, http or https.
#[derive(Clone, Debug)]
pub(crate) struct Target(Uri);

impl Target {
    /// Reads an address, such as `https://example.com/im`.
    ///
    /// # Errors
    ///
    /// What an address looks like. It is not quoted, since its query may hold a secret.
    pub(crate) fn parse(to: &str) -> Result<Self, String> {
        let uri: Uri = to
            .parse()
            .map_err(|error| format!("the address is not a URL: {error}"))?;
        match (uri.scheme_str(), uri.authority()) {
            (Some("http" | "https"), Some(_)) => Ok(Self(uri)),
            _ => Err("the address must be a whole URL, such as http://127.0.0.1:3000/im".into()),
        }
    }

    /// The receiver in this process: only path and query matter.
    pub(crate) fn here() -> Self {
        Self(Uri::from_static("/"))
    }

    /// The same server, at another path.
    pub(crate) fn at(&self, path: &str) -> Result<Self, http::Error> {
        let mut parts = self.0.clone().into_parts();
        parts.path_and_query = Some(path.parse()?);
        Ok(Self(Uri::from_parts(parts)?))
    }

    /// The address itself.
    pub(crate) fn uri(&self) -> &Uri {
        &self.0
    }

    /// The address as it may be shown: without its query and its password.
    pub(crate) fn shown(&self) -> String {
        let scheme = self.0.scheme_str().unwrap_or("http");
        let authority = self
            .0
            .authority()
            .map_or("", |authority| authority.as_str());
        let server = authority.rsplit('@').next().unwrap_or_default();
        format!("{scheme}://{server}{}", self.0.path())
    }

    /// The address with more parameters.
    pub(crate) fn with(&self, query: &[(String, String)]) -> Result<Uri, http::Error> {
        let own = self.0.query().map(str::to_owned);
        let parameters = own
            .into_iter()
            .chain(query.iter().map(|(name, value)| format!("{name}={value}")))
            .collect::<Vec<_>>()
            .join("&");
        let path = self.0.path();
        let path_and_query = match &*parameters {
            "" => path.to_owned(),
            _ => format!("{path}?{parameters}"),
        };
        let mut parts = self.0.clone().into_parts();
        parts.path_and_query = Some(path_and_query.parse()?);
        Ok(Uri::from_parts(parts)?)
    }
}
