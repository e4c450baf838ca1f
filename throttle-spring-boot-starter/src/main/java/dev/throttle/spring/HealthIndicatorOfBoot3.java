package dev.throttle.spring;

import dev.throttle.core.Buckets;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Tells the {@link BucketsHealth} on Boot 3, by reflection: its types have other names there than
 * in Boot 4, for which this module is compiled.
 */
final class HealthIndicatorOfBoot3 implements FactoryBean<Object>, InvocationHandler {

  static final String TYPE = "org.springframework.boot.actuate.health.HealthIndicator";

  private static final String BUILDER = "org.springframework.boot.actuate.health.Health$Builder";

  private final Buckets buckets;

  HealthIndicatorOfBoot3(Buckets buckets) {
    this.buckets = buckets;
  }

  @Override
  public Object getObject() {
    Class<?> type = getObjectType();
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, this);
  }

  @Override
  public Class<?> getObjectType() {
    return type(TYPE);
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.isDefault()) {
      return InvocationHandler.invokeDefault(proxy, method, arguments);
    }
    return ReflectionUtils.isObjectMethod(method) ? method.invoke(this, arguments) : health();
  }

  private Object health() {
    BucketsHealth told = BucketsHealth.of(buckets);
    Object builder = BeanUtils.instantiateClass(type(BUILDER));
    call(builder, told.isInService() ? "up" : "outOfService");
    Method details = ReflectionUtils.findMethod(builder.getClass(), "withDetails", Map.class);
    Assert.state(details != null, "Health.Builder has withDetails(Map)");
    ReflectionUtils.invokeMethod(details, builder, told.details());
    return call(builder, "build");
  }

  private static Object call(Object builder, String name) {
    Method method = ReflectionUtils.findMethod(builder.getClass(), name);
    Assert.state(method != null, () -> "Health.Builder has " + name + "()");
    Object result = ReflectionUtils.invokeMethod(method, builder);
    Assert.state(result != null, "a builder returns something");
    return result;
  }

  private static Class<?> type(String name) {
    return ClassUtils.resolveClassName(name, HealthIndicatorOfBoot3.class.getClassLoader());
  }
}
