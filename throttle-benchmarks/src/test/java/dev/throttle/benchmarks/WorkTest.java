package dev.throttle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.throttle.core.Bucket;
import dev.throttle.core.Limit;
import dev.throttle.core.Throttling;
import org.junit.jupiter.api.Test;

class WorkTest {

  @Test
  void the_annotated_method_is_woven_with_the_limit_of_the_permit_benchmark() {
    assertThat(new Work().woven(2)).isEqualTo(69);

    Bucket bucket = Throttling.buckets().bucket(Work.BUCKET);
    assertThat(bucket.limit()).isEqualTo(Limit.of(PermitBenchmark.LIMIT, PermitBenchmark.PERIOD));
    assertThat(bucket.inUse()).isPositive();
  }
}
