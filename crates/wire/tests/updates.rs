//! Tests of the decoder by which a client reads a server's updates (news of its objects): snapshots in
//! parts come out whole, flawed texts of the server are errors, flawed appData of other clients is
//! ignored. A failure means that a client would see wrong values, or that one client could end another's
//! link.

use protocol::limits::{SLOTS, SNAPSHOT_BYTES};
use protocol::{
    AppDataContent, AppDataId, Emission, EntryNumber, Event, Handle, Json, Payload, Reply,
    Revision, Update,
};
use wire::v1::{
    Answer, ServerEntry, SnapshotPart, Text, UpdateDecoder, UpdateEncoder, UpdateError, encode,
};

fn read(
    decoder: &mut UpdateDecoder,
    entry: &ServerEntry,
) -> Result<Option<Update<EntryNumber>>, UpdateError> {
    decoder.decode(&encode(entry))
}

fn app_data(value: Text) -> ServerEntry {
    ServerEntry::AppData {
        id: AppDataId(1),
        value,
        revision: 0,
    }
}

fn inline(text: &str) -> Text {
    Text::Inline(Json::from_text(text))
}

#[test]
fn slots_become_texts_until_a_snapshot() {
    let mut decoder = UpdateDecoder::default();
    let text = Json::from_text(r#"{"peer":1}"#);
    let define = ServerEntry::Define {
        slot: 3,
        text: text.clone(),
    };
    assert_eq!(read(&mut decoder, &define).unwrap(), None);
    let Some(Update::AppData(content)) = read(&mut decoder, &app_data(Text::Slot(3))).unwrap()
    else {
        panic!("no appData");
    };
    assert_eq!((content.value, content.revision), (text, None));
    let snapshot = ServerEntry::Snapshot(SnapshotPart::default());
    assert!(read(&mut decoder, &snapshot).unwrap().is_some());
    for (slot, is_there) in [(3, false), (SLOTS, false)] {
        let content = read(&mut decoder, &app_data(Text::Slot(slot)));
        assert_eq!(content.is_ok(), is_there, "{slot}");
    }
}

#[test]
fn a_snapshot_is_returned_whole() {
    let mut decoder = UpdateDecoder::default();
    let mut part = |part, more| {
        let id = AppDataId(u64::from(part) + 1);
        let snapshot = SnapshotPart {
            part,
            more,
            app_data: vec![(id, inline("{}"))],
            revisions: vec![(id, 7)],
            ..SnapshotPart::default()
        };
        let update = read(&mut decoder, &ServerEntry::Snapshot(snapshot));
        update.map(|update| match update {
            Some(Update::Snapshot(whole)) => whole.app_data,
            _ => Vec::new(),
        })
    };
    let content = |id| AppDataContent {
        id: AppDataId(id),
        value: Json::from_text("{}"),
        revision: Some(Revision(7)),
    };
    assert_eq!(part(0, true).unwrap(), []);
    assert_eq!(part(1, true).unwrap(), []);
    assert_eq!(part(0, true).unwrap(), [], "another begins");
    assert_eq!(part(1, false).unwrap(), [content(1), content(2)]);
    assert!(part(3, false).is_err());
}

#[test]
fn a_flawed_text_of_the_server_is_an_error() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let members = |text: &str| [("pid".to_owned(), Some(inline(text)))].into();
    for text in ["not JSON", &deep] {
        let json = || Json::from_text(text);
        for entry in [
            ServerEntry::Set {
                target: Handle(1),
                members: members(text),
            },
            ServerEntry::Emission {
                emission: Emission::own(Handle(1), Event::Trace, Payload::Json(json())),
                notified: true,
            },
            ServerEntry::Answer(Answer {
                call: 7,
                result: Ok(Reply::Value(json())),
            }),
        ] {
            let error = read(&mut UpdateDecoder::default(), &entry).unwrap_err();
            assert!(matches!(error, UpdateError::Text(_)), "{error}");
        }
    }
}

#[test]
fn flawed_app_data_of_others_is_ignored() {
    let mut decoder = UpdateDecoder::default();
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let left = read(&mut decoder, &app_data(inline(&deep))).unwrap();
    assert_eq!(left, None);
    assert_eq!(
        decoder.left_out().unwrap().line,
        "ignoring appData of another client [number:1]: a text has 100000 levels, the limit is 64"
    );
    assert_eq!(decoder.left_out(), None);

    let texts = [&deep, "{}", "not JSON"];
    let ids = (1..).map(AppDataId);
    let snapshot = SnapshotPart {
        app_data: ids.zip(texts.map(inline)).collect(),
        ..SnapshotPart::default()
    };
    let update = read(&mut decoder, &ServerEntry::Snapshot(snapshot)).unwrap();
    let Some(Update::Snapshot(whole)) = update else {
        panic!("{update:?}");
    };
    let ids: Vec<AppDataId> = whole.app_data.iter().map(|content| content.id).collect();
    assert_eq!(ids, [AppDataId(2)]);
    assert!(decoder.left_out().unwrap().line.contains("[number:2]"));
}

/// Updates survive encoding and decoding, however many entries they take.
#[test]
fn updates_round_trip() {
    let (mut encoder, mut decoder) = (UpdateEncoder::default(), UpdateDecoder::default());
    let content = |id: u64, bytes: usize| AppDataContent {
        id: AppDataId(id),
        value: Json::from_text(format!("[\"{}\"]", "x".repeat(bytes))),
        revision: id.is_multiple_of(2).then_some(Revision(id)),
    };
    let snapshot = protocol::Snapshot {
        app_data: (1..5).map(|id| content(id, SNAPSHOT_BYTES / 2)).collect(),
        objects: Vec::new(),
    };
    let mut came = Vec::new();
    let parts = encoder.snapshot(snapshot.clone());
    assert!(parts.len() > 1);
    for entry in parts {
        came.extend(decoder.decode(&entry).unwrap());
    }
    assert_eq!(came, [Update::Snapshot(snapshot)]);
    for (name, entries) in [("new", 2), ("again", 1)] {
        let update = Update::AppData(content(9, 100));
        let sent = encoder.encode(update.clone());
        assert_eq!(sent.len(), entries, "{name}");
        let came: Vec<_> = sent
            .iter()
            .filter_map(|entry| decoder.decode(entry).unwrap())
            .collect();
        assert_eq!(came, [update], "{name}");
    }
}
