package dev.throttle.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.throttle.annotation.Throttle;
import dev.throttle.core.ThrottledException;
import dev.throttle.test.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.aopalliance.intercept.MethodInterceptor;
import org.aspectj.lang.annotation.Aspect;
import org.aspectj.lang.annotation.Before;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Mono;

class IndirectCallsTest {

  private final VirtualTime time = new VirtualTime();
  private final ApplicationContextRunner application = Starter.on(time);

  // Recursion through the proxy
  static class Tree {
    final List<String> sent = new ArrayList<>();
    private final ObjectProvider<Tree> self;

    Tree(ObjectProvider<Tree> self) {
      this.self = self;
    }

    @Throttle(value = "tree", limit = 2, period = "PT1H", maxWait = "PT0S")
    public int load(int depth) {
      sent.add("request " + depth); // each is a request to the provider
      return depth == 0 ? 0 : 1 + self.getObject().load(depth - 1);
    }
  }

  @Test
  void recursion_through_the_proxy_pays_for_each_call() {
    application
        .withBean(Tree.class)
        .run(
            context -> {
              Tree tree = context.getBean(Tree.class);
              assertThatThrownBy(() -> tree.load(9)).isInstanceOf(ThrottledException.class);
            });
  }

  // 1b: mutual recursion through another bean
  static class Folder {
    private final ObjectProvider<Tree2> trees;

    Folder(ObjectProvider<Tree2> trees) {
      this.trees = trees;
    }

    int children(int depth) {
      return trees.getObject().load(depth);
    }
  }

  static class Tree2 {
    static int sent;
    private final ObjectProvider<Folder> folder;

    Tree2(ObjectProvider<Folder> folder) {
      this.folder = folder;
    }

    @Throttle(value = "tree2", limit = 2, period = "PT1H", maxWait = "PT0S")
    public int load(int depth) {
      sent++;
      return depth == 0 ? 0 : folder.getObject().children(depth - 1);
    }
  }

  @Test
  void mutual_recursion_pays_for_each_call() {
    application
        .withBean(Tree2.class)
        .withBean(Folder.class)
        .run(
            context -> {
              assertThatThrownBy(() -> context.getBean(Tree2.class).load(9))
                  .isInstanceOf(ThrottledException.class);
            });
  }

  static class LateTree {
    private final ObjectProvider<LateTree> self;

    LateTree(ObjectProvider<LateTree> self) {
      this.self = self;
    }

    @Throttle(value = "late tree", limit = 2, period = "PT1H", maxWait = "PT0S")
    public Mono<Integer> load(int depth) {
      return Mono.defer(
          () -> depth == 0 ? Mono.just(0) : self.getObject().load(depth - 1).map(d -> d + 1));
    }
  }

  @Test
  void recursion_at_subscription_pays_for_each_call() {
    application
        .withBean(LateTree.class)
        .run(
            context -> {
              LateTree tree = context.getBean(LateTree.class);
              assertThat(tree.load(1).block()).isEqualTo(1);
              assertThatThrownBy(() -> tree.load(0).block()).isInstanceOf(ThrottledException.class);
            });
  }

  // A bean that is a Spring proxy with a target of another type, like Spring Data's repositories
  interface Repository {
    @Throttle(value = "repository", limit = 1, period = "PT1H", maxWait = "PT0S")
    String find(String id);
  }

  static class SimpleRepository {
    public String find(String id) {
      return id;
    }
  }

  @Test
  void a_repository_proxy_is_throttled() {
    application
        .withBean(
            Repository.class,
            () -> {
              ProxyFactory factory = new ProxyFactory();
              factory.setTarget(new SimpleRepository());
              factory.setInterfaces(Repository.class);
              factory.addAdvice((MethodInterceptor) call -> "found " + call.getArguments()[0]);
              return (Repository) factory.getProxy(Repository.class.getClassLoader());
            })
        .run(
            context -> {
              Repository repository = context.getBean(Repository.class);
              assertThat(repository.find("1")).isEqualTo("found 1");
              assertThatThrownBy(() -> repository.find("2")).isInstanceOf(ThrottledException.class);
            });
  }

  // An aspect of the application within
  static class Client {
    @Throttle(value = "audited mono", limit = 5, period = "PT1S")
    public Mono<String> mono() {
      return Mono.just("mono");
    }

    @Throttle(value = "audited future", limit = 1, period = "PT1S")
    public CompletableFuture<String> future() {
      return CompletableFuture.completedFuture("future");
    }
  }

  @Aspect
  static class Audit {
    final List<String> seen = new ArrayList<>();

    @Before("execution(* dev.throttle.spring.IndirectCallsTest.Client.*(..))")
    public void seen() {
      seen.add("call");
    }
  }

  @Test
  void a_before_aspect_sees_a_mono() {
    application
        .withBean(Client.class)
        .withBean(Audit.class)
        .run(context -> assertThat(context.getBean(Client.class).mono().block()).isEqualTo("mono"));
  }

  @Test
  void a_before_aspect_sees_a_future_that_waited() {
    application
        .withBean(Client.class)
        .withBean(Audit.class)
        .run(
            context -> {
              Client client = context.getBean(Client.class);
              assertThat(client.future()).isCompletedWithValue("future");
              CompletableFuture<String> second = client.future();
              time.advance(Duration.ofSeconds(2));
              assertThat(second).isCompletedWithValue("future");
            });
  }

  // Generic interface
  interface Fetching<R> {
    @Throttle(value = "generic", limit = 1, period = "PT1H")
    R fetch();
  }

  static class MonoFetching implements Fetching<Mono<String>> {
    @Override
    public Mono<String> fetch() {
      return Mono.just("fetched");
    }
  }

  @Test
  void each_subscription_pays_where_the_interface_is_generic() {
    application
        .withBean(MonoFetching.class)
        .run(
            context -> {
              Mono<String> mono = context.getBean(MonoFetching.class).fetch();
              assertThat(mono.toFuture()).isCompleted();
              assertThat(mono.toFuture()).isNotDone();
            });
  }

  // Bridge in an interface
  interface Base<R> {
    R fetch();
  }

  interface MonoApi extends Base<Mono<String>> {
    @Override
    @Throttle(value = "bridged", limit = 1, period = "PT1H")
    Mono<String> fetch();
  }

  static class BridgedFetching implements MonoApi {
    @Override
    public Mono<String> fetch() {
      return Mono.just("fetched");
    }
  }

  @Test
  void each_subscription_pays_where_the_interface_has_a_bridge() {
    application
        .withBean(BridgedFetching.class)
        .run(
            context -> {
              Mono<String> mono = context.getBean(BridgedFetching.class).fetch();
              assertThat(mono.toFuture()).isCompleted();
              assertThat(mono.toFuture()).isNotDone();
            });
  }

  // An interface whose method is declared again by another
  interface Wide {
    @Throttle(value = "wide", limit = 1, period = "PT1H", maxWait = "PT0S")
    String get();
  }

  interface Narrow extends Wide {
    /** With a better comment. */
    @Override
    String get();
  }

  static class NarrowImpl implements Narrow {
    @Override
    public String get() {
      return "got";
    }
  }

  @Throttle(value = "middle", limit = 1, period = "PT1H", maxWait = "PT0S")
  interface Middle extends Plain {}

  interface Plain {
    String get();
  }

  interface Below extends Middle {}

  static class BelowImpl implements Below {
    @Override
    public String get() {
      return "got";
    }
  }

  @Test
  void a_call_through_the_super_interface_pays() {
    application
        .withBean(NarrowImpl.class)
        .run(
            context -> {
              Wide wide = context.getBean(Wide.class);
              wide.get();
              assertThatThrownBy(wide::get).isInstanceOf(ThrottledException.class);
            });
  }

  @Test
  void the_annotation_of_an_interface_in_the_middle_counts() {
    application
        .withBean(BelowImpl.class)
        .run(
            context -> {
              Middle middle = context.getBean(Middle.class);
              middle.get();
              assertThatThrownBy(middle::get).isInstanceOf(ThrottledException.class);
            });
  }

  // Abstract class
  abstract static class Template {
    @Throttle(value = "abstract", limit = 1, period = "PT1H", maxWait = "PT0S")
    public abstract String get();
  }

  static class Concrete extends Template {
    @Override
    public String get() {
      return "got";
    }
  }

  @Test
  void an_abstract_method_of_a_superclass_counts_as_for_Transactional() {
    application
        .withBean(Concrete.class)
        .run(
            context -> {
              Template bean = context.getBean(Template.class);
              bean.get();
              assertThatThrownBy(bean::get).isInstanceOf(ThrottledException.class);
            });
  }
}
