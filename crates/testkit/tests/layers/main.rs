//! Trust policy, branch protection and environment protection do not know of each other: what each of them stops, and
//! what becomes possible when it is taken away, by real runs, tokens and exchanges.
//!
//! Every attack is tried with every choice of layers. When it gets through is written down beside it, as a formula over
//! the layers that are missing.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod attacks;
mod bench;

use crate::attacks::ATTACKS;
use crate::bench::{Bench, Layers};

#[tokio::test(flavor = "multi_thread")]
async fn each_layer_stops_its_own_attacks_and_no_others() {
    let mut wrong = Vec::new();
    for layers in Layers::all() {
        let bench = Bench::start(layers).await;
        for attack in ATTACKS {
            let result = bench.attempt(attack).await;
            let expected = (attack.gets_through)(layers);
            if result.is_ok() != expected {
                wrong.push(format!("{layers:?}: {}: expected {expected}, got {result:?}", attack.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_all_layers_nobody_gets_through_and_the_layer_says_why() {
    let bench = Bench::start(Layers::ALL).await;
    for attack in ATTACKS {
        let stopped = bench.attempt(attack).await.expect_err(attack.name);
        assert!(stopped.contains(attack.stopped_by), "{}: {stopped}", attack.name);
    }
}

/// With all layers there is one way in: a run of main, and another person's word.
#[tokio::test(flavor = "multi_thread")]
async fn with_all_layers_another_persons_word_opens_the_way() {
    let bench = Bench::start(Layers::ALL).await;
    let (alice, mallory) = (bench.token_of("alice").await, bench.token_of("mallory").await);
    let run_of_main =
        ATTACKS.iter().find(|attack| attack.name == "a run of main that nobody approved").unwrap();
    for (who, token, state, status, enters) in [
        ("nobody but its author", &mallory, "approved", 422, false),
        ("a reviewer, who says no", &alice, "rejected", 200, false),
        ("a reviewer, who says yes", &alice, "approved", 200, true),
    ] {
        let review = async |shown: &_| assert_eq!(bench.review(shown, token, state).await, status, "{who}");
        let result = bench.attempt_with(run_of_main, review).await;
        assert_eq!(result.is_ok(), enters, "{who}: {result:?}");
    }
}

/// One layer less is one kind of attack more, never another layer's.
#[test]
fn what_one_missing_layer_lets_through() {
    let through = |layers: Layers| -> Vec<&str> {
        ATTACKS.iter().filter(|attack| (attack.gets_through)(layers)).map(|attack| attack.name).collect()
    };
    assert!(through(Layers::ALL).is_empty());
    assert_eq!(
        through(Layers { trust: false, ..Layers::ALL }),
        ["another repository names the environment", "another repository pushes to its main"]
    );
    assert_eq!(
        through(Layers { branch: false, ..Layers::ALL }),
        ["a direct push to main, for a role that trusts the branch"]
    );
    assert_eq!(
        through(Layers { environment: false, ..Layers::ALL }),
        [
            "a feature branch names the environment",
            "a tag names the environment",
            "a run of main that nobody approved",
        ]
    );
    assert_eq!(
        through(Layers { names: false, ..Layers::ALL }),
        ["a twin of the environment, whose subject is the same"]
    );
}
