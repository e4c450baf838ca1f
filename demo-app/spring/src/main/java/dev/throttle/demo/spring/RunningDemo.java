package dev.throttle.demo.spring;

import dev.throttle.demo.Client;
import dev.throttle.demo.Half;
import dev.throttle.demo.Load;
import dev.throttle.demo.Passage;
import dev.throttle.demo.Shop;
import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The application, up and waiting for something to do. */
final class RunningDemo implements AutoCloseable {

  private final Shop shop;
  private final ConfigurableApplicationContext application;

  /**
   * Starts it.
   *
   * @param port of the page; 0 for any that is free
   */
  RunningDemo(Shop shop, int port) {
    this.shop = shop;
    this.application =
        new SpringApplicationBuilder(DemoApplication.class)
            .initializers(starting -> starting.getBeanFactory().registerSingleton("shop", shop))
            .properties("shop.host=" + URI.create(shop.url()).getAuthority(), "server.port=" + port)
            .run();
  }

  /** Returns where the page is. */
  String url() {
    return "http://127.0.0.1:"
        + application.getEnvironment().getRequiredProperty("local.server.port")
        + "/";
  }

  <T> T bean(Class<T> type) {
    return application.getBean(type);
  }

  /** Has all clients do so many errands together, and returns what came of it. */
  Outcome run(int errands) throws InterruptedException {
    Progress progress = bean(Progress.class);
    progress.begin(errands);
    Load load = new Load(shop, errands, progress::step);
    ShopWatch watch = bean(ShopWatch.class);
    long begin = shop.nanos();
    try (BlockingClient feign = new BlockingClient(bean(FeignCaller.class)::answer);
        BlockingClient exchange = new BlockingClient(bean(ExchangeCaller.class)::answer)) {
      Client webClient = new ReactiveClient(bean(WebClientCaller.class)::answer);
      Half all = load.run(List.of(feign, exchange, webClient), Shop.PERIOD);
      List<Passage> stranger = watch.strangerSince(begin);
      bean(LiveController.class).end();
      Map<Kind, Half> byClient = new EnumMap<>(Kind.class);
      byClient.put(Kind.FEIGN, load.of(feign));
      byClient.put(Kind.EXCHANGE, load.of(exchange));
      byClient.put(Kind.WEB_CLIENT, load.of(webClient));
      return new Outcome(all, byClient, stranger);
    }
  }

  @Override
  public void close() throws InterruptedException {
    try {
      bean(LiveController.class).awaitLastLook();
    } finally {
      application.close();
    }
  }
}
