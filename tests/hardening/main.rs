//! Hostile and broken input: one row for each kind, sent to the layer as a `tower::Service` and
//! over a socket to a real server.
//!
//! A row is a test, and a line of the table below. Parts: A query, B signature, C HTTP and body.

mod body;
mod case;
mod head;
mod query;
mod signature;
mod site;
#[path = "../support/mod.rs"]
mod support;

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
    "26" => body::a_growing_body_is_cut_off_at_the_limit,
    "27" => body::a_lying_size_hint_changes_nothing,
    "29" => body::a_body_that_breaks_off_reaches_nobody,
    "30" => body::odd_but_whole_bodies_are_accepted,
    "31" => body::an_outer_limit_is_a_limit,
    "32" => body::a_gzip_bomb_is_counted_inflated,
    "33" => body::an_empty_body_is_a_failure,
}

#[test]
fn every_row_has_its_test() {
    // 28 is a body that never ends: it needs a deadline.
    let wanted: Vec<String> = (1..=33)
        .filter(|row| *row != 28)
        .map(|row| row.to_string())
        .collect();
    assert_eq!(ROWS, wanted);
}
