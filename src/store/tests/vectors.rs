//! The vectors of the FAQ's questions: kept by model and text, forgotten when they are not needed.

use super::*;

fn key(number: u16) -> VectorKey {
    let mut key = [7; 32];
    key[..2].copy_from_slice(&number.to_le_bytes());
    key
}

async fn vectors_come_back_bit_for_bit_after_a_reopening_and_those_not_needed_go(home: &Home) {
    let store = home.open().await;
    let vector = |number: u16| vec![f32::from(number), -0.0, 1.0e-40, f32::MIN_POSITIVE];
    let many: Vec<(VectorKey, Vec<f32>)> = (0..3000).map(|number| (key(number), vector(number))).collect();
    store.keep_vectors("a", &many).await.unwrap();
    store.keep_vectors("b", &many[..5]).await.unwrap();
    store.keep_vectors("a", &[(key(1), vec![5.0])]).await.unwrap();
    store.close().await;

    let store = home.open().await;
    let keys = [key(2999), key(1), key(4000), key(0)];
    let found = store.vectors("a", &keys).await.unwrap();
    assert_eq!(
        found,
        [Some(vector(2999)), Some(vec![5.0]), None, Some(vector(0))]
    );
    assert_eq!(found[3].as_ref().unwrap()[1].to_bits(), (-0.0_f32).to_bits());
    assert_eq!(store.vectors("c", &keys).await.unwrap(), [None, None, None, None]);

    let needed = HashSet::from([key(1), key(2999)]);
    assert_eq!(store.forget_vectors_but("a", &needed).await.unwrap(), 3003);
    let found = store.vectors("a", &keys).await.unwrap();
    assert_eq!(found, [Some(vector(2999)), Some(vec![5.0]), None, None]);
    assert_eq!(store.vectors("b", &[key(1)]).await.unwrap(), [None]);
    assert_eq!(store.forget_vectors_but("a", &needed).await.unwrap(), 0);
}

over_every_store![vectors_come_back_bit_for_bit_after_a_reopening_and_those_not_needed_go,];
