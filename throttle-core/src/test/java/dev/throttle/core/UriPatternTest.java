package dev.throttle.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests a pattern means, and what is no pattern. */
class UriPatternTest {

  @ParameterizedTest(name = "{0} and {1} {2}: {3}")
  @CsvSource({
    // methods
    "foo.com/a, GET, https://foo.com/a, true",
    "foo.com/a, PATCH, https://foo.com/a, true",
    "GET foo.com/a, GET, https://foo.com/a, true",
    "GET foo.com/a, POST, https://foo.com/a, false",
    "GET foo.com/a, get, https://foo.com/a, false",
    "'  GET   foo.com/a ', GET, https://foo.com/a, true",
    "M-SEARCH foo.com/a, M-SEARCH, https://foo.com/a, true",
    // hosts
    "foo.com/a, GET, https://FOO.com/a, true",
    "Foo.COM/a, GET, https://foo.com/a, true",
    "foo.com/a, GET, https://api.foo.com/a, false",
    "*.foo.com/a, GET, https://api.foo.com/a, true",
    "*.foo.com/a, GET, https://a.B.Foo.com/a, true",
    "*.foo.com/a, GET, https://foo.com/a, false",
    "*.foo.com/a, GET, https://barfoo.com/a, false",
    "*/a, GET, https://anything.example/a, true",
    "[::1]:8080/a, GET, http://[::1]:8080/a, true",
    "127.0.0.1/a, GET, http://127.0.0.1/a, true",
    "foo.com/a, GET, https://user:secret@foo.com/a, true",
    "*/a, GET, https://under_score.foo.com/a, false",
    "*/a, GET, mailto:a@foo.com, false",
    // ports
    "foo.com/a, GET, http://foo.com/a, true",
    "foo.com/a, GET, http://foo.com:80/a, true",
    "foo.com/a, GET, https://foo.com:443/a, true",
    "foo.com/a, GET, HTTPS://foo.com:443/a, true",
    "foo.com/a, GET, http://foo.com:443/a, false",
    "foo.com/a, GET, https://foo.com:8443/a, false",
    "foo.com:8443/a, GET, https://foo.com:8443/a, true",
    "foo.com:8443/a, GET, https://foo.com/a, false",
    "foo.com:443/a, GET, https://foo.com/a, true",
    "foo.com:443/a, GET, http://foo.com/a, false",
    "foo.com:80/a, GET, http://foo.com/a, true",
    "foo.com:*/a, GET, http://foo.com/a, true",
    "foo.com:*/a, GET, http://foo.com:1234/a, true",
    "*:*/a, GET, http://foo.com:1234/a, true",
    // paths
    "foo.com/a, GET, https://foo.com/a/, true",
    "foo.com/a/, GET, https://foo.com/a, true",
    "foo.com/a, GET, https://foo.com//a, true",
    "foo.com/a, GET, https://foo.com/A, false",
    "foo.com/a, GET, https://foo.com/a/b, false",
    "foo.com/a, GET, https://foo.com/ab, false",
    "foo.com/a/b, GET, https://foo.com/a, false",
    "foo.com/, GET, https://foo.com, true",
    "foo.com/, GET, https://foo.com/, true",
    "foo.com/, GET, https://foo.com/a, false",
    "foo.com/**, GET, https://foo.com, true",
    "foo.com/**, GET, https://foo.com/a/b/c, true",
    "foo.com/a/**, GET, https://foo.com/a, true",
    "foo.com/a/**, GET, https://foo.com/a/, true",
    "foo.com/a/**, GET, https://foo.com/a/b/c, true",
    "foo.com/a/**, GET, https://foo.com/b/a, false",
    "foo.com/a/**, GET, https://foo.com/ab, false",
    "foo.com/a/*, GET, https://foo.com/a/b, true",
    "foo.com/a/*, GET, https://foo.com/a/, false",
    "foo.com/a/*, GET, https://foo.com/a/b/c, false",
    "foo.com/*/b, GET, https://foo.com/a/b, true",
    "foo.com/*/b/**, GET, https://foo.com/a/b/c/d, true",
    "foo.com/*/**, GET, https://foo.com/, false",
    // encoded characters
    "foo.com/users, GET, https://foo.com/us%65rs, true",
    "foo.com/us%65rs, GET, https://foo.com/users, true",
    "foo.com/a%20b, GET, https://foo.com/a%20b, true",
    "foo.com/a%2Fb, GET, https://foo.com/a%2fb, true",
    "foo.com/a%2Fb, GET, https://foo.com/a/b, false",
    "foo.com/a/b, GET, https://foo.com/a%2Fb, false",
    "foo.com/*, GET, https://foo.com/a%2Fb, true",
    "foo.com/caf\u00e9, GET, https://foo.com/caf%C3%A9, true",
    "foo.com/caf%C3%A9, GET, https://foo.com/caf\u00e9, true",
    "foo.com/a+b, GET, https://foo.com/a%2Bb, true",
    "foo.com/a+b, GET, https://foo.com/a%20b, false",
    "foo.com/%2A, GET, https://foo.com/*, true",
    "foo.com/%2A, GET, https://foo.com/a, false",
    "foo.com/a/b, GET, https://foo.com/a/b%20c, false",
    // dots, query, fragment
    "foo.com/a/b, GET, https://foo.com/a/./c/../b, true",
    "foo.com/a/.well-known, GET, https://foo.com/a/.well-known, true",
    "foo.com/a, GET, https://foo.com/a?b=/c, true",
    "foo.com/a, GET, https://foo.com/a#b, true",
    "foo.com/a, GET, https://foo.com?/a, false",
  })
  void a_pattern_means_a_request(String pattern, String method, URI uri, boolean means) {
    assertThat(UriPattern.of(pattern).matches(method, uri)).isEqualTo(means);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|be a pattern such as api.foo.com/** or GET api.foo.com/users/**",
        "GET foo.com/a b|be a pattern such as api.foo.com/** or GET api.foo.com/users/**",
        "get foo.com/a|begin with a host, or with a method in capitals such as GET",
        "https://foo.com/a|be without its scheme, such as api.foo.com/users/**",
        "foo.com/a?b=c|be without query and fragment, which are not looked at",
        "foo.com/a#b|be without query and fragment, which are not looked at",
        "foo.com|have a path, such as api.foo.com/** for all of a host and api.foo.com/ for its root",
        "GET|have a path, such as api.foo.com/** for all of a host and api.foo.com/ for its root",
        "/users|name a host, such as api.foo.com, *.foo.com, [::1] or * for any",
        "me@foo.com/a|name a host, such as api.foo.com, *.foo.com, [::1] or * for any",
        "under_score.com/a|name a host, such as api.foo.com, *.foo.com, [::1] or * for any",
        "api.*.com/a|name a host, such as api.foo.com, *.foo.com, [::1] or * for any",
        "foo.com:0/a|have a port from 1 to 65535, * for any, or none for that of the scheme",
        "foo.com:65536/a|have a port from 1 to 65535, * for any, or none for that of the scheme",
        "foo.com:/a|have a port from 1 to 65535, * for any, or none for that of the scheme",
        "foo.com/**/a|have ** only at its end, where it is all that follows",
        "foo.com/a*|have * only as a whole segment; a star itself is %2A",
        "foo.com/a/../b|have no segments . and ..",
        "foo.com/{id}|have only characters that a URI may have; encode others, such as %20",
        "foo.com/%zz|have only characters that a URI may have; encode others, such as %20",
      })
  void this_is_no_pattern(String text, String rule) {
    assertThatThrownBy(() -> UriPattern.of(text))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("uri must " + rule + ", but was '" + text + "'.");
  }

  @Test
  void patterns_are_equal_that_mean_the_same() {
    UriPattern pattern = UriPattern.of("GET foo.com/a/**");
    assertThat(pattern)
        .isEqualTo(UriPattern.of("GET", "FOO.com//%61/**"))
        .hasSameHashCodeAs(UriPattern.of("GET", "FOO.com//%61/**"))
        .hasToString("GET foo.com/a/**")
        .isNotEqualTo(UriPattern.of("foo.com/a/**"))
        .isNotEqualTo(UriPattern.of("GET foo.com/a"))
        .isNotEqualTo(UriPattern.of("GET foo.com:80/a/**"))
        .isNotEqualTo(UriPattern.of("GET foo.com/*/**"))
        .isNotEqualTo("GET foo.com/a/**");
  }

  @Test
  void segments_are_told_as_they_are_compared() {
    assertThat(UriPattern.segmentsOf(URI.create("https://foo.com//shops/a%2Fb/./x+y/?q=/z")))
        .containsExactly("shops", "a/b", "x+y");
    assertThat(UriPattern.segmentsOf(URI.create("https://foo.com"))).isEmpty();
  }
}
