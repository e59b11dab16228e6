//! Every word that the screens use exists in the three languages, with the same arguments.

#[test]
fn words_are_there_in_the_three_languages() -> std::io::Result<()> {
    let module = vatra_sdk_testing::Module::read(env!("CARGO_MANIFEST_DIR"))?;
    assert_eq!(module.problems(&[]), Vec::<String>::new());
    Ok(())
}
