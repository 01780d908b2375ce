use proptest::prelude::*;

use super::{HEAD_BYTES_MAX, Parcel, Reader};

/// All parcels, read in pieces of so many bytes; the code of the fault that ended it.
fn read(bytes: &[u8], piece: usize) -> Result<Vec<Parcel>, u16> {
    let (mut reader, mut parcels) = (Reader::new(1000), Vec::new());
    for piece in bytes.chunks(piece) {
        reader.push(piece);
        while let Some(parcel) = reader.next().map_err(|fault| fault.code)? {
            parcels.push(parcel);
        }
    }
    if reader.is_empty() { Ok(parcels) } else { Err(0) }
}

#[test]
fn what_is_no_parcel_is_refused() {
    let long = "x".repeat(HEAD_BYTES_MAX + 1);
    for (bytes, code) in [
        ("{}\n", 400),
        ("no json\n", 400),
        ("{\"length\":-1}\n", 400),
        ("{\"length\":1001}\n", 413),
        ("{\"length\":1,\"labels\":[1]}\na", 400),
        (long.as_str(), 400),
        // Not whole.
        ("{\"length\":2,\"labels\":[]}\na", 0),
        ("{\"length\":2", 0),
    ] {
        assert_eq!(read(bytes.as_bytes(), 1000), Err(code), "{bytes:.40}");
    }
    assert_eq!(read(b"", 1), Ok(Vec::new()));
}

fn parcels() -> impl Strategy<Value = Parcel> {
    let labels = prop::collection::vec(".{0,9}", 0..4);
    let raw = prop::collection::vec(any::<u8>(), 0..50);
    (labels, any::<Option<i64>>(), any::<Option<String>>(), raw).prop_map(|(labels, date_ms, thread, raw)| Parcel {
        labels,
        date_ms,
        thread,
        raw: raw.into(),
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_however_it_is_cut(parcels in prop::collection::vec(parcels(), 0..4), piece in 1..40_usize) {
        let bytes: Vec<u8> = parcels.iter().flat_map(Parcel::to_bytes).collect();
        prop_assert_eq!(read(&bytes, piece), Ok(parcels));
    }
}
