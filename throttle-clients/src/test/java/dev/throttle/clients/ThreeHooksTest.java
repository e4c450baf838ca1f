package dev.throttle.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.clients.rule.UriRequest;
import dev.throttle.clients.rule.UriRules;
import dev.throttle.core.Throttling;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import retrofit2.http.GET;

class ThreeHooksTest extends AttemptReview {

  /** Three hooks: what the outermost has paid is not seen through one that passes other buckets. */
  @Test
  void what_was_paid_farther_out_is_seen_through_a_hook_of_other_buckets() {
    UriRules ofOther = UriRules.of(Throttling.buckets()).when("*:*/**").pass("other");
    UriRules ofNine = UriRules.of(Throttling.buckets()).when("*:*/**").pass("nine");
    Get get = new Get(URI.create("http://h:1/a"));
    Attempt outermost = Attempt.of(Throttling.buckets().throttle("nine"), new Object());
    outermost.await();
    outermost.send(
        () -> {
          Attempt middle = Attempt.ofRules(ofOther, get, new Object());
          middle.await();
          return middle.send(
              () -> {
                assertThat(Attempt.ofRules(ofNine, get, new Object()).due()).isNull();
                return null;
              });
        });
  }

  private record Get(URI uri) implements UriRequest {
    @Override
    public String method() {
      return "GET";
    }

    @Override
    public @Nullable String header(String name) {
      return null;
    }
  }
}
