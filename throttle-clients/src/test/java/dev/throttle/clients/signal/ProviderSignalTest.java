package dev.throttle.clients.signal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Signal;
import dev.throttle.core.Signal.Quota;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What providers send, as their documentation shows it or as it was recorded. */
class ProviderSignalTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** A clock here that is wrong by years: no answer that has a date may be understood by it. */
  private final SignalReader reader =
      SignalReader.create(Clock.fixed(Instant.parse("2037-01-01T00:00:00Z"), ZoneOffset.UTC));

  static Stream<Arguments> answers() {
    return Stream.of(
        answer(
            "newest draft",
            200,
            """
            RateLimit-Policy: "default";q=100;w=60
            RateLimit: "default";r=50;t=30
            """,
            Quota.left(50).of(100).per(MINUTE).resetIn(seconds(30))),
        answer(
            "newest draft, several policies of which one is near its end",
            200,
            """
            RateLimit-Policy: "hour";q=1000;w=3600, "day";q=5000;w=86400
            RateLimit: "day";r=100;t=36000
            """,
            Quota.left(100).of(5_000).per(Duration.ofDays(1)).resetIn(Duration.ofHours(10))),
        answer(
            "newest draft, all policies, with partition keys, over several lines",
            200,
            """
            RateLimit-Policy: "burst";q=100;w=60;pk=:cHsdsRa894==:
            RateLimit-Policy: "daily";q=1000;w=86400
            RateLimit: "burst";r=7;t=12;pk=:cHsdsRa894==:
            RateLimit: "daily";r=900
            """,
            Quota.left(7).of(100).per(MINUTE).resetIn(seconds(12)),
            Quota.left(900).of(1_000).per(Duration.ofDays(1))),
        answer(
            "newest draft, policies told elsewhere",
            200,
            "RateLimit: \"default\";r=0;t=50",
            Quota.left(0).resetIn(seconds(50))),
        answer(
            "newest draft, refused",
            429,
            """
            Date: Mon, 05 Aug 2019 09:27:00 GMT
            Retry-After: Mon, 05 Aug 2019 09:27:05 GMT
            RateLimit: "default";r=0;t=5
            """,
            seconds(5),
            Quota.left(0).resetIn(seconds(5))),
        answer(
            "newest draft, other units than requests",
            200,
            """
            RateLimit-Policy: "peruser";q=65535;qu="content-bytes";w=10, "calls";q=9;qu="requests"
            RateLimit-Policy: "threads";q=20;qu="concurrent-requests"
            RateLimit: "peruser";r=4000;t=5, "calls";r=4, "threads";r=11
            """,
            Quota.left(4).of(9)),
        answer(
            "draft 7",
            200,
            """
            RateLimit-Policy: 10;w=1, 100;w=60
            RateLimit: limit=100, remaining=50, reset=30
            """,
            Quota.left(50).of(100).per(MINUTE).resetIn(seconds(30))),
        answer(
            "draft 3",
            200,
            """
            RateLimit-Limit: 100, 100;w=60, 1000;w=3600
            RateLimit-Remaining: 97
            RateLimit-Reset: 41
            """,
            Quota.left(97).of(100).per(MINUTE).resetIn(seconds(41))),
        answer(
            "draft 6",
            200,
            """
            RateLimit-Policy: 100;w=60;comment="fixed window"
            RateLimit-Limit: 100
            RateLimit-Remaining: 97
            RateLimit-Reset: 41
            """,
            Quota.left(97).of(100).per(MINUTE).resetIn(seconds(41))),
        answer(
            "GitLab",
            429,
            """
            Date: Tue, 05 Jan 2021 10:59:30 GMT
            RateLimit-Limit: 60
            RateLimit-Name: throttle_authenticated_web
            RateLimit-Observed: 67
            RateLimit-Remaining: 0
            RateLimit-Reset: 1609844400
            RateLimit-ResetTime: Tue, 05 Jan 2021 11:00:00 GMT
            Retry-After: 30
            """,
            seconds(30),
            Quota.left(0).of(60).resetIn(seconds(30))),
        answer(
            "GitHub",
            200,
            """
            date: Sun, 23 Jun 2013 23:51:13 GMT
            x-ratelimit-limit: 5000
            x-ratelimit-remaining: 4987
            x-ratelimit-used: 13
            x-ratelimit-resource: core
            x-ratelimit-reset: 1372033473
            """,
            Quota.left(4_987).of(5_000).per(Duration.ofHours(1)).resetIn(seconds(2_000))),
        answer(
            "GitHub, a search",
            200,
            """
            date: Sun, 23 Jun 2013 23:51:13 GMT
            x-ratelimit-limit: 30
            x-ratelimit-remaining: 18
            x-ratelimit-resource: search
            x-ratelimit-reset: 1372031500
            """,
            Quota.left(18).of(30).per(MINUTE).resetIn(seconds(27))),
        answer(
            "GitHub, nothing left",
            403,
            """
            date: Sun, 23 Jun 2013 23:51:13 GMT
            x-ratelimit-limit: 60
            x-ratelimit-remaining: 0
            x-ratelimit-used: 60
            x-ratelimit-resource: core
            x-ratelimit-reset: 1372033473
            """,
            seconds(2_000),
            Quota.left(0).of(60).per(Duration.ofHours(1)).resetIn(seconds(2_000))),
        answer(
            "GitHub, a secondary limit",
            403,
            """
            date: Sun, 23 Jun 2013 23:51:13 GMT
            retry-after: 60
            x-ratelimit-limit: 5000
            x-ratelimit-remaining: 4321
            x-ratelimit-resource: integration_manifest
            x-ratelimit-reset: 1372033473
            """,
            seconds(60),
            Quota.left(4_321).of(5_000).resetIn(seconds(2_000))),
        answer(
            "GitHub, forbidden for another reason",
            403,
            """
            date: Sun, 23 Jun 2013 23:51:13 GMT
            x-ratelimit-limit: 5000
            x-ratelimit-remaining: 4321
            x-ratelimit-reset: 1372033473
            """,
            Quota.left(4_321).of(5_000).resetIn(seconds(2_000))),
        answer(
            "X",
            429,
            """
            date: Tue, 16 Jan 2024 15:55:00 GMT
            x-rate-limit-limit: 900
            x-rate-limit-remaining: 0
            x-rate-limit-reset: 1705420800
            """,
            Duration.ofMinutes(5),
            Quota.left(0).of(900).resetIn(Duration.ofMinutes(5))),
        answer(
            "OpenAI",
            200,
            """
            x-ratelimit-limit-requests: 5000
            x-ratelimit-limit-tokens: 160000
            x-ratelimit-remaining-requests: 4999
            x-ratelimit-remaining-tokens: 159976
            x-ratelimit-reset-requests: 12ms
            x-ratelimit-reset-tokens: 6m0s
            """,
            Quota.left(4_999).of(5_000).resetIn(Duration.ofMillis(12)),
            Quota.left(159_976).of(160_000).resetIn(Duration.ofMinutes(6))),
        answer(
            "Groq",
            429,
            """
            retry-after: 2
            x-ratelimit-limit-requests: 14400
            x-ratelimit-limit-tokens: 18000
            x-ratelimit-remaining-requests: 14370
            x-ratelimit-remaining-tokens: 17997
            x-ratelimit-reset-requests: 2m59.56s
            x-ratelimit-reset-tokens: 7.66s
            """,
            seconds(2),
            Quota.left(14_370).of(14_400).resetIn(Duration.ofMillis(179_560)),
            Quota.left(17_997).of(18_000).resetIn(Duration.ofMillis(7_660))),
        answer(
            "Azure OpenAI, one limit of two",
            200,
            """
            x-ratelimit-limit-requests: 250
            x-ratelimit-remaining-requests: 249
            x-ratelimit-limit-tokens: -1
            x-ratelimit-remaining-tokens: -1
            x-ratelimit-reset-tokens: 0
            """,
            Quota.left(249).of(250)),
        answer(
            "Anthropic",
            200,
            """
            date: Thu, 21 Aug 2025 12:41:00 GMT
            anthropic-ratelimit-input-tokens-limit: 80000
            anthropic-ratelimit-input-tokens-remaining: 79000
            anthropic-ratelimit-input-tokens-reset: 2025-08-21T12:41:01Z
            anthropic-ratelimit-output-tokens-limit: 16000
            anthropic-ratelimit-output-tokens-remaining: 16000
            anthropic-ratelimit-output-tokens-reset: 2025-08-21T12:41:00Z
            anthropic-ratelimit-requests-limit: 1000
            anthropic-ratelimit-requests-remaining: 999
            anthropic-ratelimit-requests-reset: 2025-08-21T12:40:59Z
            anthropic-ratelimit-tokens-limit: 96000
            anthropic-ratelimit-tokens-remaining: 95000
            anthropic-ratelimit-tokens-reset: 2025-08-21T12:41:01Z
            """,
            Quota.left(999).of(1_000).resetIn(Duration.ZERO),
            Quota.left(95_000).of(96_000).resetIn(seconds(1)),
            Quota.left(79_000).of(80_000).resetIn(seconds(1)),
            Quota.left(16_000).of(16_000).resetIn(Duration.ZERO)),
        answer("Shopify", 200, "X-Shopify-Shop-Api-Call-Limit: 32/40", Quota.used(32).of(40)),
        answer(
            "Shopify, refused",
            429,
            """
            Retry-After: 2.0
            X-Shopify-Shop-Api-Call-Limit: 40/40
            """,
            seconds(2),
            Quota.used(40).of(40)),
        answer(
            "Binance",
            200,
            """
            date: Tue, 25 Nov 2025 10:15:42 GMT
            x-mbx-used-weight: 25
            x-mbx-used-weight-1m: 25
            x-mbx-order-count-10s: 1
            x-mbx-order-count-1d: 12
            """,
            Quota.used(25).per(MINUTE).resetIn(seconds(18)),
            Quota.used(1).per(seconds(10)).resetIn(seconds(8)),
            Quota.used(12)
                .per(Duration.ofDays(1))
                .resetIn(Duration.ofHours(13).plusMinutes(44).plusSeconds(18))),
        answer(
            "Binance, banned",
            418,
            """
            date: Tue, 25 Nov 2025 10:15:42 GMT
            retry-after: 259200
            x-mbx-used-weight-1m: 6001
            """,
            Duration.ofDays(3),
            Quota.used(6_001).per(MINUTE).resetIn(seconds(18))),
        answer(
            "Salesforce",
            200,
            "Sforce-Limit-Info: api-usage=18/5000",
            Quota.used(18).of(5_000).per(Duration.ofHours(24))),
        answer(
            "Salesforce, with a limit of the application, and bursts",
            200,
            "Sforce-Limit-Info: api-usage=25/5000; api-bursts=1/750;"
                + " per-app-api-usage=17/250(appName=sample-connected-app)",
            Quota.used(25).of(5_000).per(Duration.ofHours(24)),
            Quota.used(17).of(250).per(Duration.ofHours(24))),
        answer(
            "two families that agree, one that says more",
            200,
            """
            RateLimit-Policy: "default";q=100;w=60
            RateLimit: "default";r=50;t=30
            RateLimit-Limit: 100
            RateLimit-Remaining: 50
            RateLimit-Reset: 30
            X-RateLimit-Limit: 100
            X-RateLimit-Remaining: 50
            X-RateLimit-Reset: 30
            """,
            Quota.left(50).of(100).per(MINUTE).resetIn(seconds(30)),
            Quota.left(50).of(100).resetIn(seconds(30))),
        answer(
            "nothing",
            200,
            """
            Date: Tue, 25 Nov 2025 10:15:42 GMT
            Content-Type: application/json
            """),
        answer("nothing, refused", 429, "Content-Type: application/json"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("answers")
  void is_understood(String provider, int status, String headers, Signal expected) {
    assertThat(reader.read(status, HeaderLines.of(headers))).as(provider).isEqualTo(expected);
  }

  @Test
  void who_says_nothing_gets_the_signal_that_is_there() {
    assertThat(reader.read(200, name -> List.of())).isSameAs(Signal.nothing());
    assertThat(reader.read(503, name -> null)).isSameAs(Signal.nothing());
  }

  private static Arguments answer(String provider, int status, String headers, Quota... quotas) {
    return Arguments.of(
        provider, status, headers, new Signal(status == 429, null, List.of(quotas)));
  }

  private static Arguments answer(
      String provider, int status, String headers, Duration retryAfter, Quota... quotas) {
    return Arguments.of(provider, status, headers, new Signal(true, retryAfter, List.of(quotas)));
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }
}
