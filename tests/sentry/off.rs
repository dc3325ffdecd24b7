//! Without a DSN there is nothing.

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use secure_config::Profile;
use secure_runtime::sentry::{Sentry, SentrySettings};
use sentry::Hub;
use tower_layer::Layer;
use tower_service::Service;

use crate::requests::Handler;

#[tokio::test]
async fn no_client_no_layer_no_hub() {
    let client = || {
        Hub::current()
            .client()
            .map(|client| std::sync::Arc::as_ptr(&client))
    };
    let bound = client();
    let sentry = Sentry::start(SentrySettings::default(), Profile::Production).unwrap();
    assert!(!sentry.is_enabled());
    assert!(sentry.events().is_none());
    assert_eq!(client(), bound);
    assert!(sentry.flush(std::time::Duration::ZERO));
    assert_eq!(sentry.counters(), Default::default());
    let before = Hub::current();
    let mut service = sentry.layer().layer(Handler(|| {}));
    let request = Request::new(Full::<Bytes>::default());
    let response: Response<_> = service.call(request).await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(std::sync::Arc::ptr_eq(&before, &Hub::current()));
}
