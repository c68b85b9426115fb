//! Both nodes hear, one speaks: the implementation has a client for each, and nothing is lost between one holder and the next.

use super::support::program::{Program, binary};
use super::{Nodes, all_are_answered_once, holds, message, signal, status, wait_until};
use std::time::Duration;

/// A node to which the implementation has a connection of its own.
pub(super) fn node(store: &str) -> Program {
    Program::prepare("      reverse: {}\n      standby_hears: true", store)
}

/// Starts a node again, and waits until it stands by.
pub(super) async fn stand_by(node: &mut Program) {
    node.start(binary());
    wait_until("it stands by", || status(node, "/healthz") == Some(200)).await;
    assert_eq!(status(node, "/healthz/holder"), Some(503), "{}", node.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_connection_to_each_node_nothing_is_lost_and_nothing_answered_twice_when_the_holder_dies_or_ends()
 {
    let Some(mut nodes) = Nodes::start_as(node).await else {
        return;
    };
    let first = nodes.qq.connect(&nodes.nodes[0].url()).await;
    let second = nodes.qq.connect(&nodes.nodes[1].url()).await;
    for id in 1..=200 {
        first.send(message(id));
        second.send(message(id));
    }
    nodes.hear(50).await;
    nodes.nodes[0].kill();
    drop(first);
    // Nobody serves, and nothing of this comes again.
    for id in 201..=300 {
        second.send(message(id));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    holds(&nodes.nodes[1]).await;
    all_are_answered_once(&mut nodes, 300).await;
    assert!(!second.closed(), "the connection goes on with the new holder");

    stand_by(&mut nodes.nodes[0]).await;
    let first = nodes.qq.connect(&nodes.nodes[0].url()).await;
    for id in 301..=350 {
        first.send(message(id));
        second.send(message(id));
    }
    signal(&nodes.nodes[1], "-TERM");
    for id in 351..=450 {
        first.send(message(id));
        second.send(message(id));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    holds(&nodes.nodes[0]).await;
    assert!(nodes.nodes[1].wait().success(), "{}", nodes.nodes[1].log());
    all_are_answered_once(&mut nodes, 450).await;
    assert_eq!(nodes.epoch(), "3");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_that_hears_says_nothing_and_what_its_holder_answered_is_not_answered_again() {
    let Some(mut nodes) = Nodes::start_as(node).await else {
        return;
    };
    // The standby alone is connected: what it hears waits for it to serve.
    let second = nodes.qq.connect(&nodes.nodes[1].url()).await;
    second.send(message(1));
    let silence = tokio::time::timeout(Duration::from_secs(3), nodes.heard.recv()).await;
    assert!(silence.is_err(), "{silence:?}");
    let first = nodes.qq.connect(&nodes.nodes[0].url()).await;
    for id in 2..=50 {
        first.send(message(id));
        second.send(message(id));
    }
    nodes.hear(49).await;
    nodes.nodes[0].kill();
    holds(&nodes.nodes[1]).await;
    all_are_answered_once(&mut nodes, 50).await;
}
