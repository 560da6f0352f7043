//! A broker as a store.

use bytes::Bytes;
use futures_util::future::try_join_all;
use tower::BoxError;
use tower_tencent_webhook_inbox::store::{Entry, Store, StoreError, Stored};

/// What a client of a broker offers.
pub(crate) trait Producer: Clone + Send + Sync + 'static {
    /// Resolves when all replicas of the broker have the message: `acks=all`.
    fn send(
        &self,
        key: &[u8; 32],
        headers: &[(&'static str, String)],
        body: &Bytes,
    ) -> impl Future<Output = Result<(), BoxError>> + Send;
}

/// Sends what is to be stored to a topic.
#[derive(Clone)]
pub(crate) struct Topic<P>(pub(crate) P);

impl<P: Producer> Store for Topic<P> {
    async fn put(&self, entries: Vec<Entry>) -> Result<Vec<Stored>, StoreError> {
        let sends = entries.iter().map(|entry| {
            let Entry { key, record, .. } = entry;
            let mut headers = vec![
                ("app", record.sdk_app_id().to_string()),
                ("command", record.command().to_owned()),
                ("received", record.received().0.to_string()),
                ("auth", record.auth().as_str().to_owned()),
            ];
            headers.extend(record.client_ip().map(|ip| ("client_ip", ip.to_string())));
            let platform = record
                .platform()
                .map(|platform| platform.as_str().to_owned());
            headers.extend(platform.map(|platform| ("platform", platform)));
            async move { self.0.send(key.as_bytes(), &headers, record.body()).await }
        });
        try_join_all(sends).await.map_err(StoreError::failed)?;
        // A broker does not recognise repeats; the consumer keeps the keys of ten minutes.
        Ok(vec![Stored::New; entries.len()])
    }
}
