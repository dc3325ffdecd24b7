//! A proxy between a pool and its database, which may become a black hole.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Hands on what it gets, while it is open. Closed, it takes connections and bytes, and nothing comes of them.
pub(crate) struct Proxy {
    pub(crate) addr: SocketAddr,
    open: watch::Sender<bool>,
}

impl Proxy {
    pub(crate) async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let (open, opened) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(hand_on(client, target, opened.clone()));
            }
        });
        Self { addr, open }
    }

    pub(crate) fn close(&self) {
        self.open.send_replace(false);
    }

    pub(crate) fn open(&self) {
        self.open.send_replace(true);
    }
}

/// A connection that met a closed proxy never works again, as one whose router forgot it.
async fn hand_on(mut client: TcpStream, target: SocketAddr, mut open: watch::Receiver<bool>) {
    let handing = async {
        let mut server = TcpStream::connect(target).await.unwrap();
        let _ = copy_bidirectional(&mut client, &mut server).await;
    };
    tokio::select! {
        () = handing => return,
        _ = open.wait_for(|open| !open) => {}
    }
    std::future::pending::<()>().await;
}
