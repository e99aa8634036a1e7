//! Poke channels end to end: some pages' sockets and the gateway between them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "a test states what it knows"
)]

mod support;

use samma_gateway::{
    limits::Limits,
    poke::{self, End, hub::Hub},
};
use samma_transport::{
    poke::{JOINED_TOPICS, Kind, MESSAGE_OCTETS, POKE_TOPICS, Topic, encode},
    tunnel::{Refusal, Verdict},
};
use support::{
    Gateway, Got, masked,
    poke::{BINARY, gateway, join, open, own, poke, poked, topics, until_read},
    soon,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::watch,
};

#[tokio::test]
async fn a_poke_reaches_the_others_that_joined_and_neither_sender_nor_strangers() {
    let gateway = gateway("").await;
    let mut sender = open(&gateway, &[1, 2]).await;
    let mut other = open(&gateway, &[2, 3]).await;
    let mut both = open(&gateway, &[1, 2]).await;
    let mut stranger = open(&gateway, &[4]).await;
    poke(&mut sender, &[1, 2, 9]).await;
    assert_eq!(poked(&mut other).await, topics(&[2]));
    assert_eq!(poked(&mut both).await, topics(&[1, 2]));
    // Nothing but the answer comes to the others.
    until_read(&mut sender).await;
    until_read(&mut stranger).await;
    // Nobody need have joined to poke.
    poke(&mut stranger, &[1]).await;
    assert_eq!(poked(&mut sender).await, topics(&[1]));
}

#[tokio::test]
async fn a_join_replaces_the_one_before() {
    let gateway = gateway("").await;
    let mut sender = open(&gateway, &[]).await;
    let mut other = open(&gateway, &[1, 2]).await;
    join(&mut other, &topics(&[2, 3])).await;
    poke(&mut sender, &[1]).await;
    poke(&mut sender, &[3]).await;
    assert_eq!(poked(&mut other).await, topics(&[3]));
    join(&mut other, &[]).await;
    poke(&mut sender, &[2, 3]).await;
    until_read(&mut sender).await;
    until_read(&mut other).await;
}

#[tokio::test]
async fn messages_may_come_in_pieces() {
    let gateway = gateway("").await;
    let mut sender = open(&gateway, &[]).await;
    let mut other = open(&gateway, &[]).await;
    let message = encode(Kind::Join, &topics(&[1, 2]));
    let frames = [
        masked(0x02, &message[..20]),
        masked(0x89, b"between"),
        masked(0x00, b""),
        masked(0x80, &message[20..]),
    ];
    for octet in frames.concat() {
        other.stream.write_all(&[octet]).await.unwrap();
    }
    assert_eq!(other.get().await, Got::Pong(b"between".to_vec()));
    until_read(&mut other).await;
    // And many in one.
    let message = |n| masked(BINARY, &encode(Kind::Poke, &topics(&[n])));
    let many = [message(1), message(7), message(1)].concat();
    sender.stream.write_all(&many).await.unwrap();
    assert_eq!(poked(&mut other).await, topics(&[1]));
}

#[tokio::test]
async fn what_is_no_message_ends_the_channel() {
    let gateway = gateway("").await;
    let over = |kind: u8, most: usize| [vec![kind], vec![7; (most + 1) * 16]].concat();
    for (what, frame) in [
        ("text", masked(0x81, b"hello")),
        ("nothing", masked(BINARY, b"")),
        ("no whole topic", masked(BINARY, &[1; 16])),
        ("unknown kind", masked(BINARY, &[4; 17])),
        ("the gateway's kind", masked(BINARY, &[3; 17])),
        ("a poke about nothing", masked(BINARY, &[2])),
        (
            "one topic too many to poke",
            masked(BINARY, &over(2, POKE_TOPICS)),
        ),
        (
            "one topic too many to join",
            masked(BINARY, &over(1, JOINED_TOPICS)),
        ),
        (
            "a long message in pieces",
            [0x02, 0x00, 0x00]
                .map(|first| masked(first, &[7; MESSAGE_OCTETS / 2]))
                .concat(),
        ),
    ] {
        let mut page = open(&gateway, &[]).await;
        page.stream.write_all(&frame).await.unwrap();
        assert_eq!(page.get().await, Got::Close(1003), "{what}");
    }
    let mut page = open(&gateway, &[]).await;
    page.stream.write_all(b"\x82\x01\x01").await.unwrap();
    assert_eq!(page.get().await, Got::Close(1002));
}

#[tokio::test]
async fn messages_at_the_limit_pass() {
    let gateway = gateway("").await;
    let many: Vec<_> = (0..512_u128).map(|n| Topic(n.to_be_bytes())).collect();
    let mut sender = open(&gateway, &[]).await;
    let mut other = open(&gateway, &[]).await;
    other.send(BINARY, &encode(Kind::Join, &many)).await;
    until_read(&mut other).await;
    sender.send(BINARY, &encode(Kind::Poke, &many[496..])).await;
    assert_eq!(poked(&mut other).await, &many[496..]);
}

#[tokio::test]
async fn a_page_that_closes_gets_its_answer_and_is_poked_no_more() {
    let gateway = gateway("").await;
    let mut page = open(&gateway, &[1]).await;
    page.send(0x88, &1000_u16.to_be_bytes()).await;
    assert_eq!(page.get().await, Got::Close(1000));
    assert_eq!(page.get().await, Got::Gone);
}

#[tokio::test]
async fn a_page_that_does_not_answer_pings_is_given_up() {
    let gateway = gateway("[limits]\nping_seconds = 1\npong_seconds = 1\n").await;
    let mut page = open(&gateway, &[1]).await;
    for _ in 0..2 {
        assert_eq!(page.get().await, Got::Ping);
        page.send(0x8a, b"").await;
    }
    assert_eq!(page.get().await, Got::Ping);
    assert_eq!(page.get().await, Got::Close(4004));
}

#[tokio::test]
async fn stopping_closes_every_channel_and_says_so() {
    let gateway = gateway("").await;
    let mut pages = Vec::new();
    for _ in 0..20 {
        pages.push(open(&gateway, &[1]).await);
    }
    let ends = tokio::spawn(async move {
        for mut page in pages {
            assert_eq!(page.get().await, Got::Close(1001));
            assert_eq!(page.get().await, Got::Gone);
        }
    });
    gateway.stop().await;
    ends.await.unwrap();
}

#[tokio::test]
async fn pages_of_another_origin_are_refused() {
    let gateway = gateway("").await;
    let status = async |origin: &str| gateway.upgrade_status("/poke", origin).await;
    assert_eq!(status("Origin: https://evil.example\r\n").await, 403);
    assert_eq!(status("").await, 403);
    let other = format!("{}Sec-WebSocket-Protocol: binary\r\n", own(&gateway));
    assert_eq!(
        status(&other.replace("samma-poke.1", "samma-poke.2")).await,
        400
    );
}

#[tokio::test]
async fn a_page_can_ask_why_and_limits_refuse_the_next() {
    let gateway = gateway("[limits]\npokes_per_address = 2\ntunnels_per_address = 1\n").await;
    let verdict = async |more: &str| -> Verdict {
        let answer = gateway.ask(&format!("GET /poke HTTP/1.1{more}")).await;
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        serde_json::from_slice(&answer.body).unwrap()
    };
    let foreign = verdict("\r\nOrigin: https://evil.example").await;
    assert_eq!(foreign.reason, Some(Refusal::Origin));
    let first = open(&gateway, &[]).await;
    assert!(verdict("").await.open);
    let _second = open(&gateway, &[]).await;
    assert_eq!(verdict("").await.reason, Some(Refusal::TooManyFromAddress));
    let (_, answer) = gateway.upgrade("/poke", &own(&gateway)).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "30"));
    // The place is free once the task is done, a moment after the page is gone.
    drop(first);
    let again = async { while gateway.upgrade_status("/poke", &own(&gateway)).await != 101 {} };
    soon(again).await;
}

#[tokio::test]
async fn all_channels_together_have_a_limit() {
    let gateway = gateway("[limits]\npokes = 1\n").await;
    let _held = open(&gateway, &[]).await;
    assert_eq!(gateway.upgrade_status("/poke", &own(&gateway)).await, 503);
}

#[tokio::test]
async fn the_page_learns_whether_there_is_a_channel() {
    let poke = async |gateway: &Gateway| {
        let answer = gateway.ask("GET /config.json HTTP/1.1").await;
        let config: samma_transport::config::Config = serde_json::from_slice(&answer.body).unwrap();
        config.poke
    };
    assert!(poke(&gateway("").await).await);
    let without =
        Gateway::start("poke = false\n[[server]]\nid = 'mail'\nimap = { host = 'imap.example' }\n")
            .await;
    assert!(!poke(&without).await);
    assert_eq!(without.upgrade_status("/poke", &own(&without)).await, 404);
    assert_eq!(without.ask("GET /poke HTTP/1.1").await.status, 404);
}

#[tokio::test]
async fn pokes_that_come_too_fast_are_merged_and_the_channel_stays() {
    let gateway = gateway("").await;
    let mut sender = open(&gateway, &[]).await;
    let mut other = open(&gateway, &[1, 2, 3]).await;
    let message = |n| masked(BINARY, &encode(Kind::Poke, &topics(&[n])));
    let burst: Vec<u8> = (0..200).flat_map(|n| message(1 + n % 2)).collect();
    let burst = [burst, message(3)].concat();
    sender.stream.write_all(&burst).await.unwrap();
    let mut times = 0;
    loop {
        times += 1;
        if poked(&mut other).await.contains(&topics(&[3])[0]) {
            break;
        }
    }
    // 50 at once, some while they came, and the rest as one.
    assert!(times < 100, "{times}");
    until_read(&mut sender).await;
    until_read(&mut other).await;
}

#[tokio::test]
async fn far_too_much_ends_the_channel() {
    let gateway = gateway("").await;
    let mut sender = open(&gateway, &[]).await;
    let message = masked(BINARY, &encode(Kind::Poke, &topics(&[1])));
    sender
        .stream
        .write_all(&message.repeat(2_000))
        .await
        .unwrap();
    assert_eq!(sender.get().await, Got::Close(4005));
    assert_eq!(gateway.upgrade_status("/poke", &own(&gateway)).await, 101);
}

#[tokio::test]
async fn a_page_that_does_not_read_holds_up_nobody_and_is_told_all_at_once_later() {
    let (hub, limits) = (Hub::new(100), Limits::default());
    let shutdown = watch::Sender::new(false);
    let join = |numbers: &[u8]| masked(BINARY, &encode(Kind::Join, &topics(numbers)));
    // A pipe that holds less than two frames of one topic.
    let (mut slow, gateway_s_end) = tokio::io::duplex(30);
    let (member, limits_of_it, stop) = (hub.member(), limits.clone(), shutdown.subscribe());
    let running =
        tokio::spawn(async move { poke::run(gateway_s_end, member, &limits_of_it, stop).await });
    slow.write_all(&join(&[1, 2, 3])).await.unwrap();
    let mut quick = hub.member();
    quick.join(topics(&[1, 2, 3]));
    let joined = async {
        while hub.poke(&topics(&[1])) < 2 {
            tokio::task::yield_now().await;
        }
    };
    soon(joined).await;
    for n in 0..3_000_u32 {
        let topic = topics(&[if n % 2 == 0 { 2 } else { 3 }]);
        assert_eq!(hub.poke(&topic), 2);
        while !soon(quick.poked()).await.contains(&topic[0]) {}
    }
    let mut told = Vec::new();
    while !told.ends_with(&topics(&[2, 3])) {
        let mut head = [0; 3];
        soon(slow.read_exact(&mut head)).await.unwrap();
        assert_eq!((head[0], head[2]), (0x82, 3));
        let mut message = vec![0; usize::from(head[1]) - 1];
        soon(slow.read_exact(&mut message)).await.unwrap();
        let (read, _) = message.as_chunks();
        told.extend(read.iter().copied().map(Topic));
    }
    // What was in the pipe, and the rest once.
    assert!(told.len() < 10, "{}", told.len());
    drop(slow);
    assert_eq!(soon(running).await.unwrap().0, End::PageGone);
    assert_eq!(hub.poke(&topics(&[1])), 1);
}
