package dev.throttle.clients.signal;

import dev.throttle.core.Signal.Quota;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code Sforce-Limit-Info: api-usage=18/5000} of <a
 * href="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_api_usage.htm">Salesforce</a>:
 * the calls of the last 24 hours, of the organization and, as {@code
 * per-app-api-usage=17/250(appName=shop)}, of one application. What else it holds is left alone.
 */
final class SalesforceLimitInfo implements Family {

  private static final Duration PERIOD = Duration.ofHours(24);

  @Override
  public void read(Answer answer) throws MalformedFieldException {
    String info = answer.list("Sforce-Limit-Info");
    if (info == null) {
      return;
    }
    List<Quota> quotas = new ArrayList<>();
    for (String usage : info.split("[;,]", -1)) {
      int equal = usage.indexOf('=');
      String name = equal < 0 ? "" : usage.substring(0, equal).strip();
      if (name.equals("api-usage") || name.equals("per-app-api-usage")) {
        int application = usage.indexOf('(');
        int end = application < 0 ? usage.length() : application;
        quotas.add(UsedOf.parse(usage.substring(equal + 1, end)).per(PERIOD));
      }
    }
    quotas.forEach(answer::add);
  }
}
