//! The sandbox's clock over a wall clock that the test moves.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use daypass_server::clock::{Clock, ClockError, ClockState, EARLIEST, LATEST, Motion, RATE_MAX};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

/// A wall clock in milliseconds since 1970.
#[derive(Clone)]
struct Wall(Arc<AtomicI64>);

impl Wall {
    fn at(text: &str) -> Self {
        Self(Arc::new(AtomicI64::new(instant(text).as_millisecond())))
    }

    fn go(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }

    fn clock(&self, state: ClockState) -> Clock {
        let wall = self.clone();
        Clock::over(state, move || Timestamp::from_millisecond(wall.0.load(Ordering::SeqCst)).unwrap())
    }
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A state as the store holds it.
fn state(base: &str, wall_base: &str, rate: f64) -> ClockState {
    let document = serde_json::json!({ "base": base, "wall_base": wall_base, "rate": rate });
    serde_json::from_value(document).unwrap()
}

fn go(clock: &Clock, motion: Motion) -> Result<(), ClockError> {
    clock.apply(clock.plan(motion)?);
    Ok(())
}

const START: &str = "2026-11-23T10:00:00Z";

#[test]
fn unmoved_it_is_the_wall_clock() {
    let wall = Wall::at(START);
    let clock = wall.clock(state(START, START, 1.0));
    wall.go(1_500);
    assert_eq!(clock.now(), instant("2026-11-23T10:00:01.5Z"));
    assert_eq!(clock.wall_at(instant("2026-11-23T11:00:00Z")), instant("2026-11-23T11:00:00Z"));
}

#[test]
fn advancing_an_hour_brings_an_expiry_an_hour_nearer() {
    let wall = Wall::at(START);
    let clock = wall.clock(state(START, START, 1.0));
    go(&clock, Motion::Advance(3_600)).unwrap();
    assert_eq!(clock.now(), instant("2026-11-23T11:00:00Z"));
    wall.go(1_000);
    assert_eq!(clock.now(), instant("2026-11-23T11:00:01Z"));
    assert_eq!(clock.wall_at(instant("2026-11-23T12:00:00Z")), instant("2026-11-23T11:00:00Z"));
}

#[test]
fn a_rate_of_sixty_makes_a_minute_of_a_second_from_now_on() {
    let wall = Wall::at(START);
    let clock = wall.clock(state(START, START, 1.0));
    wall.go(10_000);
    go(&clock, Motion::Rate(60.0)).unwrap();
    wall.go(60_000);
    assert_eq!(clock.now(), instant("2026-11-23T11:00:10Z"));
    assert_eq!(clock.wall_at(instant("2026-11-23T12:00:10Z")), instant("2026-11-23T10:02:10Z"));
}

#[test]
fn a_wall_clock_that_jumps_back_does_not_take_the_time_with_it() {
    let wall = Wall::at(START);
    let clock = wall.clock(state(START, START, 1.0));
    wall.go(7_200_000);
    let expired = clock.now();
    wall.go(-3_600_000);
    assert_eq!(clock.now(), expired);
    wall.go(3_600_001);
    assert_eq!(clock.now(), instant("2026-11-23T12:00:00.001Z"));
}

#[test]
fn only_set_goes_back() {
    let wall = Wall::at(START);
    let clock = wall.clock(state(START, START, 1.0));
    wall.go(1_000);
    let _ = clock.now();
    go(&clock, Motion::Set(instant("2021-01-01T00:00:00Z"))).unwrap();
    assert_eq!(clock.now(), instant("2021-01-01T00:00:00Z"));
    assert_eq!(go(&clock, Motion::Advance(-1)), Err(ClockError::Backwards(-1)));
    assert_eq!(go(&clock, Motion::Advance(0)), Err(ClockError::Backwards(0)));
}

#[test]
fn a_restart_goes_on_with_the_time_that_has_passed() {
    let wall = Wall::at(START);
    let clock = wall.clock(state(START, START, 1.0));
    go(&clock, Motion::Rate(60.0)).unwrap();
    let kept = serde_json::to_string(&clock.state()).unwrap();
    drop(clock);
    wall.go(10_000);
    let clock = wall.clock(serde_json::from_str(&kept).unwrap());
    assert_eq!(clock.now(), instant("2026-11-23T10:10:00Z"));
    assert_eq!(clock.rate().to_bits(), 60.0_f64.to_bits());
}

#[test]
fn it_stands_still_before_its_beginning_and_at_its_end() {
    let wall = Wall::at("2026-11-23T09:00:00Z");
    assert_eq!(wall.clock(state(START, START, 1.0)).now(), instant(START));
    let wall = Wall::at("2027-11-23T10:00:00Z");
    assert_eq!(wall.clock(state(START, START, RATE_MAX)).now(), LATEST);
}

#[test]
fn limits_hold_and_nothing_moves_when_they_are_broken() {
    let wall = Wall::at(START);
    let clock = wall.clock(state(START, START, 1.0));
    for rate in [0.0, -1.0, RATE_MAX * 1.01, f64::INFINITY] {
        assert_eq!(go(&clock, Motion::Rate(rate)), Err(ClockError::Rate(rate)));
    }
    assert!(matches!(go(&clock, Motion::Rate(f64::NAN)), Err(ClockError::Rate(_))));
    let outside =
        [EARLIEST - SignedDuration::from_nanos(1), LATEST + SignedDuration::from_nanos(1), Timestamp::MAX];
    for instant in outside {
        assert_eq!(go(&clock, Motion::Set(instant)), Err(ClockError::OutOfRange));
    }
    assert_eq!(go(&clock, Motion::Advance(i64::MAX)), Err(ClockError::OutOfRange));
    assert_eq!(clock.now(), instant(START));
    assert_eq!(state(START, START, 0.0).check(), Err(ClockError::Rate(0.0)));
    assert_eq!(state("1999-12-31T23:59:59Z", START, 1.0).check(), Err(ClockError::OutOfRange));
    assert_eq!(state(START, START, 1.0).check(), Ok(()));
}

#[test]
fn the_errors_say_what_the_limits_are() {
    assert_eq!(ClockError::Rate(0.0).to_string(), "the rate is above 0 and at most 100000, not 0");
    assert_eq!(
        ClockError::Backwards(-5).to_string(),
        "the clock advances by one second or more, not by -5; going back is a `set`"
    );
    assert_eq!(
        ClockError::OutOfRange.to_string(),
        "the clock goes from 2000-01-01 to 2200-01-01, and this would be outside"
    );
}

#[test]
fn a_reader_of_the_old_time_cannot_hold_back_the_new_one() {
    let wall = Wall::at(START);
    let clock = Arc::new(wall.clock(state(START, START, 1.0)));
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let clock = Arc::clone(&clock);
            std::thread::spawn(move || {
                for _ in 0..20_000 {
                    let _ = clock.now();
                }
            })
        })
        .collect();
    for _ in 0..200 {
        go(&clock, Motion::Advance(86_400)).unwrap();
        go(&clock, Motion::Set(instant(START))).unwrap();
    }
    for reader in readers {
        reader.join().unwrap();
    }
    assert_eq!(clock.now(), instant(START));
}

proptest! {
    /// When the wall clock says what `wall_at` said, the sandbox has the time that was asked about.
    #[test]
    fn wall_at_is_the_inverse_of_now(
        base in EARLIEST.as_second()..LATEST.as_second(),
        wall_base in EARLIEST.as_second()..LATEST.as_second(),
        rate in prop_oneof![Just(1.0), 0.001..1.0_f64, 1.0..RATE_MAX],
        ahead in 0_i64..200_000_000,
    ) {
        let seconds = |seconds| Timestamp::from_second(seconds).unwrap();
        let state = state(&seconds(base).to_string(), &seconds(wall_base).to_string(), rate);
        let asked = seconds((base + ahead).min(LATEST.as_second()));
        let wall = Clock::over(state, move || asked).wall_at(asked);
        let reached = Clock::over(state, move || wall).now();
        let error = reached.duration_since(asked).abs();
        prop_assert!(error < SignedDuration::from_millis(10), "asked {asked}, reached {reached} at {wall}");
    }

    /// Time never goes back, whatever the wall clock does.
    #[test]
    fn now_never_goes_back(steps in prop::collection::vec(-10_000_i64..10_000, 1..50), rate in 0.01..1_000.0_f64) {
        let wall = Wall::at(START);
        let clock = wall.clock(state(START, START, rate));
        let mut last = clock.now();
        for step in steps {
            wall.go(step);
            let now = clock.now();
            prop_assert!(now >= last);
            last = now;
        }
    }
}
