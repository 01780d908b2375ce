use super::impure_dependencies;

#[test]
fn an_impure_crate_is_named_once_with_the_crate_that_brings_it() {
    let tree =
        "dak-proto v0.1.0 (crates/dak-proto)\nbytes v1.12.0\ntokio v1.54.0\ntokio v1.54.0 (*)\ntokio-util v0.7.0\n";
    assert_eq!(impure_dependencies(tree, "dak-proto"), ["dak-proto is pure and must not build on tokio"]);
    assert!(impure_dependencies("dak-api v0.1.0\ndak-proto v0.1.0\nhttp v1.5.0\n", "dak-api").is_empty());
}
