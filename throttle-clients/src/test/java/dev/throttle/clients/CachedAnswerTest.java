package dev.throttle.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Throttling;
import java.nio.file.Path;
import java.time.Duration;
import okhttp3.Cache;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedAnswerTest extends AttemptReview {

  /** OkHttp adds no Age to what its cache had: that was said of another call, long ago. */
  @Test
  void what_a_cache_answers_says_nothing_of_now(@TempDir Path directory) throws Exception {
    try (Cache cache = new Cache(directory.toFile(), 1 << 20)) {
      Api api = retrofit(okHttp.newBuilder().cache(cache).build()).create(Api.class);
      Throttling.buckets().throttle("nine").withCost(5).acquire().complete();
      api.cached().execute().body().string(); // the sixth: three are left
      assertThat(nine.inUse()).isEqualTo(6);
      time.advance(Duration.ofSeconds(10));
      assertThat(nine.inUse()).isZero();
      api.cached().execute().body().string();
      assertThat(provider.count()).isEqualTo(1);
      assertThat(nine.inUse()).isLessThanOrEqualTo(1);
    }
  }
}
