package dev.throttle.clients.signal;

/**
 * {@code X-Shopify-Shop-Api-Call-Limit: 32/40} of <a
 * href="https://shopify.dev/docs/api/admin-rest/usage/rate-limits">Shopify's REST API</a>: 32
 * requests are in a bucket that holds 40.
 */
final class ShopifyCallLimit implements Family {

  @Override
  public void read(Answer answer) throws MalformedFieldException {
    String value = answer.value("X-Shopify-Shop-Api-Call-Limit");
    if (value != null) {
      answer.add(UsedOf.parse(value));
    }
  }
}
