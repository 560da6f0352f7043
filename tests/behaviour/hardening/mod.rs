//! Hostile and broken input: one row for each kind, sent to the layer as a `tower::Service` and
//! over a socket to a real server.
//!
//! A row is a test, and a line of the table below. Parts: A query, B signature, C HTTP and body, D JSON,
//! E time, cancellation, panics and load, G what attacks found, H events of TRTC.

mod case;
mod deadline;
mod declared;
mod disconnects;
mod drift;
mod head;
mod json;
mod load;
mod message;
#[allow(clippy::panic, reason = "its handlers panic on purpose")]
mod panics;
mod probe;
mod query;
mod request_body;
mod runtimes;
mod serve;
mod signature;
mod site;
mod slow;
mod trtc;

use case::Row;

/// One test for each row, and the list of their numbers.
macro_rules! rows {
    ($($number:literal => $part:ident::$fact:ident,)+) => {
        const ROWS: &[&str] = &[$($number),+];

        $(#[tokio::test]
        async fn $fact() {
            let mut row = Row::new($number);
            $part::$fact(&mut row).await;
            row.end();
        })+
    };
}

rows! {
    // A. Query
    "1" => query::a_parameter_twice_is_malformed,
    "2" => query::what_is_not_printable_ascii_is_malformed,
    "3" => query::an_app_id_that_is_no_plain_decimal_is_malformed,
    "4" => query::an_app_that_is_not_configured_is_forbidden,
    "5" => query::contenttype_is_ignored,
    "6" => query::an_odd_address_or_platform_decides_nothing,
    "7" => query::a_query_over_8_kib_is_too_long,
    "8" => query::other_parameters_and_any_order_are_accepted,
    "9" => query::a_command_that_nobody_knows_is_an_event,
    // B. Signature
    "10" => signature::a_missing_or_empty_half_is_forbidden,
    "11" => signature::a_sign_that_is_not_64_hex_digits_is_forbidden,
    "12" => signature::a_sign_in_upper_case_is_accepted,
    "13" => signature::a_time_that_is_not_10_raw_digits_is_forbidden,
    "14" => signature::a_time_outside_the_window_is_forbidden,
    "15" => signature::a_clock_that_is_off_makes_signatures_stale,
    "16" => signature::an_extended_hash_is_forbidden,
    "17" => signature::the_token_of_another_app_is_forbidden,
    "18" => signature::a_previous_token_is_told_apart_and_a_removed_one_forbidden,
    "19" => signature::everything_forbidden_looks_the_same,
    "20" => signature::a_sign_for_an_unsigned_app_is_ignored,
    "21" => signature::a_token_that_cannot_be_right_is_not_configured,
    // C. HTTP and body
    "22" => head::other_methods_are_not_ours,
    "23" => head::any_content_type_is_accepted,
    "24" => head::an_encoded_body_is_not_read,
    "25" => head::a_declared_length_over_the_limit_is_not_read,
    "26" => request_body::a_growing_body_is_cut_off_at_the_limit,
    "27" => request_body::a_lying_size_hint_changes_nothing,
    "28" => deadline::a_body_that_is_not_complete_in_time_is_refused,
    "29" => request_body::a_body_that_breaks_off_reaches_nobody,
    "30" => request_body::odd_but_whole_bodies_are_accepted,
    "31" => request_body::an_outer_limit_is_a_limit,
    "32" => request_body::a_gzip_bomb_is_counted_inflated,
    "33" => probe::an_empty_body_is_a_probe,
    // D. JSON
    "34" => json::text_that_is_no_plain_json_is_undecodable,
    "34a, a group" => message::no_user_disarms_the_moderation_of_a_group,
    "34a, a conversation" => message::no_user_disarms_the_moderation_of_a_conversation,
    "34a, an official account" => message::no_user_disarms_the_moderation_of_an_official_account,
    "35" => json::a_top_level_that_is_no_object_is_undecodable,
    "36" => json::a_key_that_is_read_twice_is_undecodable,
    "37" => json::a_body_of_another_command_is_undecodable,
    "38" => json::only_documented_leniencies_hold,
    "39" => message::elements_are_typed_or_kept_as_they_came,
    "40" => json::a_million_of_anything_is_read,
    // E. Time, cancellation, panics, load
    "41" => disconnects::a_client_that_leaves_before_the_end_of_the_body_reaches_nobody,
    "42" => disconnects::a_client_that_leaves_later_does_not_stop_an_after_handler,
    "43" => load::a_panic_is_a_failure_and_the_connection_lives,
    "44" => deadline::a_handler_that_is_not_done_in_time_is_dropped_or_left_to_its_end,
    "45" => deadline::a_handler_that_is_never_ready_or_overloaded_is_a_failure,
    "46" => load::requests_of_the_app_are_not_delayed,
    "47" => load::nothing_is_called_unready,
    "48" => load::a_shutdown_answers_what_was_accepted,
    "49" => load::connections_without_a_request_are_ended,
    // G. Found by attacks
    "50" => deadline::a_handler_that_uses_up_the_budget_is_ended_at_the_deadline,
    "51" => panics::a_panic_anywhere_is_a_failure_like_any_other,
    "52" => declared::extreme_settings_work_or_are_refused,
    "53" => drift::all_accounts_of_a_friend_request_are_refused,
    "54" => drift::null_lists_and_two_spellings_are_accepted,
    "55" => declared::an_own_event_may_have_an_alias_and_no_other_reply,
    "56" => declared::a_refusal_of_an_own_event_is_sent,
    "57" => drift::a_body_that_fails_deep_inside_is_told_where,
    "58" => runtimes::what_a_runtime_shuts_down_is_counted_to_its_end,
    "59" => query::a_query_of_many_parameters_is_not_walked,
    "60" => probe::the_console_can_check_the_url,
    "61" => drift::an_odd_member_of_an_element_hides_nothing_else,
    "62" => serve::the_server_holds_against_clients_that_idle_or_never_read,
    "63" => declared::a_path_that_never_matches_is_told,
    "64" => deadline::a_time_out_around_the_handler_is_a_timeout,
    "65" => runtimes::what_never_waits_needs_no_runtime,
    "66" => runtimes::draining_nothing_needs_no_timers,
    "67" => panics::an_error_whose_sources_have_no_end_is_a_failure,
    "68" => panics::a_panic_outside_of_the_boundary_is_reported_once,
    // H. Events of TRTC
    "H1" => trtc::an_app_in_the_header_twice_or_malformed_is_bad,
    "H2" => trtc::an_app_in_the_header_that_is_not_configured_is_forbidden,
    "H3" => trtc::a_sign_that_cannot_be_right_is_forbidden_unread,
    "H4" => trtc::a_sign_of_another_key_or_body_is_forbidden,
    "H5" => trtc::a_time_of_sending_outside_the_window_is_forbidden,
    "H6" => trtc::the_type_of_the_body_decides,
    "H7" => trtc::an_event_that_cannot_be_read_is_a_failure,
    "H8" => trtc::what_a_user_can_write_does_not_hide_an_event,
    "H9" => trtc::the_head_and_the_body_of_an_event_are_as_limited,
    "H10" => trtc::everything_forbidden_of_an_event_looks_the_same,
    "H11" => trtc::one_key_for_two_apps_is_not_configured,
}

#[test]
fn every_row_has_its_test() {
    let mut wanted: Vec<String> = (1..=68).map(|row| row.to_string()).collect();
    wanted.splice(
        34..34,
        ["a group", "a conversation", "an official account"].map(|of| format!("34a, {of}")),
    );
    wanted.extend((1..=11).map(|row| format!("H{row}")));
    assert_eq!(ROWS, wanted);
}
