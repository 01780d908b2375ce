use super::*;

#[test]
fn codes_are_those_of_the_convention() {
    let codes: Vec<u8> = Exit::ALL.iter().map(|exit| exit.code()).collect();
    assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 8, 64, 130, 141]);
}

#[test]
fn statuses_map_by_class() {
    let cases = [(200, 0), (204, 0), (304, 3), (302, 3), (400, 4), (429, 4), (500, 5), (599, 5), (101, 0)];
    for (status, code) in cases {
        assert_eq!(Exit::of_status(status).code(), code, "{status}");
    }
}

#[test]
fn the_table_has_a_line_for_each() {
    assert_eq!(table().lines().count(), Exit::ALL.len() + 1);
}
