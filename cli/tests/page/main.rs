//! The page in a real Chromium, on the real tool.
//!
//! Chromium and chromedriver are needed; where they are missing, this says so and passes, unless
//! `TENCENT_WEBHOOK_REQUIRE=all` demands them. The test harness would capture what is said, so
//! this binary has none: `cargo test --test page -- NAME` runs the cases whose name contains NAME.

mod access;
mod actions;
mod app;
mod assets;
mod browser;
mod chinese;
mod copy;
mod ends;
mod hostile;
mod http;
mod keyboard;
mod list;
mod load;
mod looks;
mod rules;
mod security;
mod tool;

use std::{
    env, future::Future, io::Write as _, panic::AssertUnwindSafe, pin::Pin, process::ExitCode,
    time::Instant,
};

use browser::Browser;
use futures_util::FutureExt as _;

type Case = for<'a> fn(&'a Browser) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

macro_rules! cases {
    ($($module:ident :: $case:ident,)+) => {
        const CASES: &[(&str, Case)] =
            &[$((concat!(stringify!($module), "::", stringify!($case)), |browser| Box::pin($module::$case(browser))),)+];
    };
}

cases! {
    ends::each_end_is_listed_with_its_cause,
    ends::a_rejected_event_has_a_name_and_can_be_edited,
    ends::forwarding_shows_the_answer_of_the_app_or_why_there_is_none,
    list::filters_narrow_the_list_and_find_text_in_bodies,
    list::pins_stay_when_the_list_is_cleared_and_a_pause_holds_rows_back,
    list::a_broken_connection_resumes_where_it_was,
    actions::the_detail_shows_both_bodies_the_reply_and_its_effect,
    actions::resending_makes_a_new_row_and_editing_sends_the_text_as_it_is,
    actions::the_copied_curl_is_accepted,
    actions::the_copied_rust_test_compiles_and_the_fixture_is_the_body,
    copy::every_form_stays_at_the_receiver,
    copy::a_curl_keeps_the_query_as_it_came,
    copy::an_app_without_a_token_is_copied_without_one,
    copy::a_body_that_was_not_read_is_the_sample,
    actions::the_recording_can_be_downloaded,
    actions::a_trtc_event_is_shown_copied_and_sent_again,
    rules::each_rule_answers_until_it_is_removed,
    access::a_filter_stays_the_same_while_rows_come_and_go,
    access::a_button_keeps_the_focus_and_says_what_it_does_now,
    access::every_part_has_a_name,
    access::a_rule_of_somebody_else_is_seen,
    keyboard::everything_can_be_done_by_keys,
    chinese::every_end_is_told_in_chinese,
    chinese::what_cannot_be_done_is_told_in_chinese,
    looks::a_name_has_the_room_of_its_line,
    looks::dark_chinese_and_narrow_pages_are_complete,
    looks::the_demo_can_be_pictured,
    hostile::markup_in_every_text_stays_text,
    security::the_token_leaves_the_address_bar_and_a_reload_works,
    load::a_hundred_webhooks_a_second_leave_receiver_and_page_at_work,
}

/// The cases that need no browser.
const CHECKS: &[(&str, fn())] = &[
    (
        "assets::both_languages_have_the_same_words",
        assets::both_languages_have_the_same_words,
    ),
    (
        "assets::every_word_that_is_used_exists",
        assets::every_word_that_is_used_exists,
    ),
    ("assets::every_word_is_used", assets::every_word_is_used),
    (
        "assets::every_cause_has_words",
        assets::every_cause_has_words,
    ),
    (
        "assets::no_script_parses_markup",
        assets::no_script_parses_markup,
    ),
    (
        "assets::together_they_are_small",
        assets::together_they_are_small,
    ),
    ("assets::every_file_is_served", assets::every_file_is_served),
    (
        "security::strangers_are_turned_away",
        security::strangers_are_turned_away,
    ),
];

fn main() -> ExitCode {
    let filter = env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let wanted = |name: &str| filter.as_deref().is_none_or(|filter| name.contains(filter));
    if env::args().any(|argument| argument == "--list") {
        for name in CHECKS
            .iter()
            .map(|check| check.0)
            .chain(CASES.iter().map(|case| case.0))
        {
            say(&format!("{name}: test"));
        }
        return ExitCode::SUCCESS;
    }

    let mut failed = Vec::new();
    for (name, check) in CHECKS.iter().filter(|(name, _)| wanted(name)) {
        let passed = std::panic::catch_unwind(check).is_ok();
        report(name, passed, Instant::now(), &mut failed);
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let cases: Vec<_> = CASES.iter().filter(|(name, _)| wanted(name)).collect();
    runtime.block_on(run(&cases, &mut failed));
    // Requests that a case left hanging are not waited for.
    runtime.shutdown_background();
    if failed.is_empty() {
        return ExitCode::SUCCESS;
    }
    say(&format!("page: failed: {}", failed.join(", ")));
    ExitCode::FAILURE
}

async fn run(cases: &[&(&'static str, Case)], failed: &mut Vec<&'static str>) {
    if cases.is_empty() {
        return;
    }
    let Some(browser) = Browser::start().await else {
        say(
            "page: the page was NOT tested: chromium or chromedriver is missing (Debian: apt install chromium chromium-driver)",
        );
        if env::var("TENCENT_WEBHOOK_REQUIRE").as_deref() == Ok("all") {
            failed.push("chromium and chromedriver are required");
        }
        return;
    };
    for (name, case) in cases {
        let started = Instant::now();
        browser.reset().await;
        let passed = AssertUnwindSafe(case(&browser))
            .catch_unwind()
            .await
            .is_ok();
        if !passed {
            let picture = browser.picture(&name.replace("::", ".")).await;
            say(&format!("page: {name} looked like {}", picture.display()));
        }
        report(name, passed, started, failed);
    }
    browser.quit().await;
}

fn report(name: &'static str, passed: bool, started: Instant, failed: &mut Vec<&'static str>) {
    let outcome = if passed { "ok" } else { "FAILED" };
    say(&format!(
        "page: {name} ... {outcome} ({:.1} s)",
        started.elapsed().as_secs_f32()
    ));
    if !passed {
        failed.push(name);
    }
}

/// Says it on the real stderr.
fn say(line: &str) {
    // Without a reader there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "{line}");
}
