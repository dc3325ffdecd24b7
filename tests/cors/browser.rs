//! What a real browser makes of a policy: a page of one origin, services of others.

use std::{
    env, fs,
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use secure_config::Profile;
use secure_runtime::{
    cors::CorsPolicy,
    headers::SecurityHeaders,
    maintenance::{Cause, MaintenancePolicy, Notice, Switch},
    stack::SecureStack,
};
use tests::{Scratch, loopback::serve, skip};
use tokio::{net::TcpListener, sync::mpsc};
use tower_layer::Layer;

use crate::support::Handler;

/// A browser starts within seconds; only a hang takes so long.
const PATIENCE: Duration = Duration::from_secs(90);

/// Asks each service what a page may ask, and reports to where the page is from.
const SCRIPT: &str = r"
const results = {};
async function ask(name, base, path, options) {
  try {
    const response = await fetch(base + path, options);
    const id = response.headers.get('x-request-id') ? 'id' : 'no id';
    results[name] = response.status + ' ' + id + ' ' + (response.status == 200 ? await response.text() : '');
  } catch (error) {
    results[name] = error.name;
  }
}
async function run() {
  const json = {'content-type': 'application/json', 'x-demo': 'yes'};
  await ask('login', OPEN, '/login', {method: 'POST', credentials: 'include', headers: json, body: '{}'});
  await ask('with cookie', OPEN, '/me', {method: 'PUT', credentials: 'include', headers: json, body: '{}'});
  await ask('without cookie', OPEN, '/me', {method: 'PUT', credentials: 'omit', headers: json, body: '{}'});
  await ask('other method', OPEN, '/me', {method: 'DELETE', credentials: 'include'});
  await ask('other header', OPEN, '/me', {method: 'PUT', credentials: 'include', headers: {'x-other': 'yes'}});
  await ask('other origin', STRANGE, '/me', {method: 'PUT', headers: json, body: '{}'});
  await ask('other origin, simple', STRANGE, '/me', {});
  await ask('public', PUBLIC, '/me', {});
  await ask('public with cookie', PUBLIC, '/me', {credentials: 'include'});
  await ask('shut', SHUT, '/me', {method: 'PUT', headers: json, body: '{}'});
  await fetch('/done', {method: 'POST', body: Object.entries(results).map(pair => pair.join(': ')).join('\n')});
}
run();
";

#[tokio::test(flavor = "multi_thread")]
async fn chromium_agrees() {
    let Some(chromium) = chromium() else {
        return skip("chromium", "it is not on PATH, and CHROMIUM does not name one");
    };
    // The page's origin has to be known before the services are made, and their addresses before the page.
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let page = listener.local_addr().unwrap();
    let app = format!("http://{page}");
    let open = service(
        policy()
            .origin(&app)
            .credentials(true)
            .methods(["GET", "PUT"])
            .headers(["content-type", "x-demo"])
            .expose_headers(["x-request-id"]),
        false,
    );
    let strange = service(policy().origin("http://localhost:1").methods(["PUT"]), false);
    let public = service(policy().any_origin(), false);
    let shut = service(
        policy()
            .origin(&app)
            .methods(["PUT"])
            .headers(["content-type", "x-demo"])
            .expose_headers(["x-request-id"]),
        true,
    );
    let (open, strange, public, shut) = (open.await, strange.await, public.await, shut.await);
    let html = format!(
        "<!doctype html><title>app</title><script>const OPEN='http://{open}',STRANGE='http://{strange}',\
         PUBLIC='http://{public}',SHUT='http://{shut}';{SCRIPT}</script>"
    );
    let (report, mut reports) = mpsc::channel(1);
    tokio::spawn(serve_page(listener, html, report));

    let scratch = Scratch::new();
    let mut browser = Browser::start(&chromium, &scratch, &format!("{app}/"));
    let report = tokio::select! {
        report = reports.recv() => report,
        () = browser.ended() => None,
        () = tokio::time::sleep(PATIENCE) => None,
    };
    let Some(report) = report else {
        panic!("the page has not reported; the browser said:\n{}", browser.said());
    };
    let want = "\
login: 200 id POST cookie=none x-demo=yes
with cookie: 200 id PUT cookie=session=abc x-demo=yes
without cookie: 200 id PUT cookie=none x-demo=yes
other method: TypeError
other header: TypeError
other origin: TypeError
other origin, simple: TypeError
public: 200 no id GET cookie=none x-demo=none
public with cookie: TypeError
shut: 503 id ";
    assert_eq!(report, want);
}

fn policy() -> CorsPolicy {
    CorsPolicy::new().profile(Profile::Test)
}

/// A service with this policy on a loopback port of its own: another origin, the same site.
async fn service(policy: CorsPolicy, shut: bool) -> SocketAddr {
    let switch = Switch::new();
    if shut {
        switch.turn_on(Cause::Service, Notice::new());
    }
    let stack = SecureStack::new(SecurityHeaders::api().build().unwrap())
        .cors(policy.build().unwrap())
        .maintenance(MaintenancePolicy::new(&switch).build().unwrap());
    serve(stack.layer(Handler), false).await
}

/// Serves the page, and hands on what it reports.
async fn serve_page(listener: TcpListener, html: String, report: mpsc::Sender<String>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (html, report) = (html.clone(), report.clone());
        let answer = hyper::service::service_fn(move |request: Request<Incoming>| {
            let (html, report) = (html.clone(), report.clone());
            async move {
                let text = if request.uri().path() == "/done" {
                    let body = Limited::new(request.into_body(), 65_536).collect().await;
                    let text = String::from_utf8_lossy(&body.unwrap().to_bytes()).into_owned();
                    let _ = report.send(text).await;
                    String::new()
                } else {
                    html
                };
                let mut response = Response::new(Full::<Bytes>::from(text));
                let html = HeaderValue::from_static("text/html; charset=utf-8");
                response.headers_mut().insert(header::CONTENT_TYPE, html);
                Ok::<_, std::convert::Infallible>(response)
            }
        });
        let http = hyper::server::conn::http1::Builder::new();
        tokio::spawn(http.serve_connection(TokioIo::new(stream), answer));
    }
}

fn chromium() -> Option<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM") {
        return Some(named.into());
    }
    let path = env::var_os("PATH")?;
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .flat_map(|name| env::split_paths(&path).map(move |directory| directory.join(name)))
        .find(|candidate| candidate.is_file())
}

/// A browser without a window; it ends with this.
struct Browser {
    process: Child,
    output: PathBuf,
}

impl Browser {
    fn start(chromium: &PathBuf, scratch: &Scratch, url: &str) -> Self {
        let output = scratch.join("output");
        let process = Command::new(chromium)
            .args(["--headless", "--disable-gpu", "--disable-quic", "--no-first-run"])
            // Its own sandbox needs rights that a container seldom gives, and the page is ours.
            .args(["--no-sandbox", "--disable-dev-shm-usage"])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ])
            .arg("--no-proxy-server")
            .arg("--remote-debugging-port=0")
            .arg(format!("--user-data-dir={}", scratch.join("profile").display()))
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&output).unwrap())
            .spawn()
            .expect("chromium starts");
        Self { process, output }
    }

    /// Waits for it to end by itself: it could not start.
    async fn ended(&mut self) {
        while matches!(self.process.try_wait(), Ok(None)) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.output).unwrap_or_default()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
