//! What the inbox does, through its public API, on real engines.

#[path = "../../../tests/support/imports.rs"]
mod imports;
#[path = "../support/mod.rs"]
mod support;

mod architecture;
mod engines;
mod inbox;
#[cfg(feature = "metrics")]
mod metrics;
mod postgres;
mod receiver;
mod spill;
#[cfg(feature = "sqlite")]
mod sqlite;
mod worker;

/// Runs each test on a new store of every engine.
macro_rules! on_each_engine {
    ($($test:ident)+) => {
        #[cfg(feature = "sqlite")]
        mod on_sqlite {
            $(#[tokio::test]
            async fn $test() {
                let folder = tempfile::tempdir().expect("a folder");
                let path = folder.path().join("inbox.db");
                let store = tower_tencent_webhook_inbox::SqliteStore::open(path).await;
                super::$test(store.expect("a store")).await;
            })+
        }

        #[cfg(feature = "postgres")]
        mod on_postgres {
            $(#[tokio::test]
            async fn $test() {
                if let Some(store) = crate::support::cluster::store().await {
                    super::$test(store).await;
                }
            })+
        }
    };
}
pub(crate) use on_each_engine;
