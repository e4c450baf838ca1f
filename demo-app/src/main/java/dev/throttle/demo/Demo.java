package dev.throttle.demo;

import dev.throttle.core.Throttling;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

/**
 * Sends the same calls through the same clients twice: without Throttle, and with it.
 *
 * <p>Each half is a program of its own. The one without runs the classes as javac made them, where
 * the annotations do nothing; the one with runs the same classes woven. It shows both, and ends
 * with status 1 if the provider answered 429 or a call failed.
 */
public final class Demo {

  private static final int CALLS = 2_000;
  private static final int FEW_CALLS = 800;

  private Demo() {}

  /**
   * Runs one half.
   *
   * @param args which: {@code without} or {@code with}; the directory for the results; whether to
   *     be short
   */
  public static void main(String... args) throws IOException, InterruptedException {
    Path directory = Path.of(args[1]);
    int calls = Boolean.parseBoolean(args[2]) ? FEW_CALLS : CALLS;
    boolean isWith = args[0].equals("with");
    if (isWith) {
      Throttling.requireWoven();
    } else {
      System.out.print(Scoreboard.introduction(calls));
    }
    Half half = run(args[0] + " Throttle", calls);
    Journal.write(half, directory.resolve(args[0] + ".csv"));
    if (isWith) {
      Half without = Journal.read(directory.resolve("without.csv"));
      Path picture = directory.resolve("demo.svg");
      new Picture(without, half).write(picture);
      System.out.println(new Scoreboard(without, half, picture));
    }
    System.exit(isWith && half.refused() + half.failed() > 0 ? 1 : 0);
  }

  private static Half run(String name, int calls) throws InterruptedException {
    HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    OkHttpClient okHttp = new OkHttpClient.Builder().dispatcher(unlimited()).build();
    try (Shop shop = Shop.open();
        SyncFeignClient sync = new SyncFeignClient(shop.url(), http);
        FutureClient future = new FutureClient(shop.url(), okHttp);
        ProgressBar bar = progress(name, calls)) {
      return new Load(shop, calls, bar::step)
          .run(
              List.of(
                  sync,
                  new AsyncFeignClient(shop.url(), http),
                  new RetrofitClient(shop.url(), okHttp),
                  future),
              Duration.ZERO);
    }
  }

  /** OkHttp's own bound of five calls a host would hide what the clients want. */
  private static Dispatcher unlimited() {
    Dispatcher dispatcher = new Dispatcher();
    dispatcher.setMaxRequests(Integer.MAX_VALUE);
    dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
    return dispatcher;
  }

  private static ProgressBar progress(String name, int calls) {
    return new ProgressBarBuilder()
        .setTaskName(name)
        .setInitialMax(calls)
        .setUnit(" calls", 1)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(200)
        .build();
  }
}
