package dev.throttle.remote.server;

import dev.throttle.core.Buckets;
import dev.throttle.remote.http.V1;
import dev.throttle.remote.server.Login.TooManyLogins;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;

/**
 * Who may do what.
 *
 * <p>There is no session and no cookie: each request has id and secret, which a page that is not
 * ours does not know. A browser could have been told them some other way, and send them by itself;
 * therefore what comes from another site is refused, and a browser is never asked for them.
 */
@Configuration(proxyBeanMethods = false)
class Security {

  /** Nothing but what the server has itself, and the page in no frame. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** The page, and what says how to ask and whether one can. */
  private static final String[] FOR_ALL = {
    "/", "/index.html", "/page.js", "/page.css", "/icon.svg", "/openapi.yaml", "/actuator/health/**"
  };

  @Bean
  AuthenticationManager authenticationManager(Login login) {
    return new ProviderManager(login);
  }

  @Bean
  SecurityFilterChain who(
      HttpSecurity http,
      AuthenticationManager login,
      Settings settings,
      @Value("${server.tomcat.threads.max:200}") int threads,
      Buckets buckets,
      Problems problems)
      throws Exception {
    int bodiesAtOnce = Math.max(1, threads / 8);
    return http.authenticationManager(login)
        .csrf(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .sessionManagement(of -> of.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .headers(
            headers ->
                headers
                    .contentSecurityPolicy(of -> of.policyDirectives(CONTENT_SECURITY_POLICY))
                    .referrerPolicy(of -> {}))
        .authorizeHttpRequests(
            requests ->
                requests
                    .dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR)
                    .permitAll()
                    .requestMatchers(HttpMethod.GET, FOR_ALL)
                    .permitAll()
                    .requestMatchers(HttpMethod.HEAD, FOR_ALL)
                    .permitAll()
                    .requestMatchers(Security::isFromAnotherSite)
                    .denyAll()
                    .requestMatchers(HttpMethod.POST, V1.LEASES)
                    .hasRole("INSTANCE")
                    .requestMatchers(V1.LEDGER, V1.LIMITS, V1.PAUSES)
                    .hasRole("OPERATOR")
                    .requestMatchers(HttpMethod.GET, "/actuator/**")
                    .hasRole("MONITOR")
                    .requestMatchers(HttpMethod.HEAD, "/actuator/**")
                    .hasRole("MONITOR")
                    .anyRequest()
                    .denyAll())
        .httpBasic(
            basic ->
                basic.authenticationEntryPoint(
                    (request, response, failure) -> unknown(request, response, failure, problems)))
        .exceptionHandling(
            of ->
                of.authenticationEntryPoint(
                        (request, response, failure) ->
                            unknown(request, response, failure, problems))
                    .accessDeniedHandler(
                        (request, response, failure) ->
                            problems.answer(
                                response,
                                HttpStatus.FORBIDDEN,
                                "this client may not do that: it has not the role, or it is a page"
                                    + " of another site.")))
        .addFilterAfter(
            new UnderWay(Math.max(1, threads / 4), buckets, problems), AuthorizationFilter.class)
        .addFilterAfter(
            new BodyGuard(
                settings.maxBody().toBytes(),
                settings.bodyTimeout(),
                bodiesAtOnce,
                buckets,
                problems),
            UnderWay.class)
        .build();
  }

  private static boolean isFromAnotherSite(HttpServletRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    return site != null && !site.equals("same-origin") && !site.equals("none");
  }

  private static void unknown(
      HttpServletRequest request,
      HttpServletResponse response,
      AuthenticationException failure,
      Problems problems)
      throws IOException {
    if (failure instanceof TooManyLogins tooMany) {
      response.setHeader("Retry-After", Long.toString(tooMany.retryAfterSeconds()));
      problems.answer(response, HttpStatus.TOO_MANY_REQUESTS, String.valueOf(failure.getMessage()));
      return;
    }
    if (request.getHeader("Sec-Fetch-Mode") == null) { // browsers would ask, and keep what they got
      response.setHeader("WWW-Authenticate", "Basic realm=\"throttle\", charset=\"UTF-8\"");
    }
    problems.answer(
        response, HttpStatus.UNAUTHORIZED, "give id and secret of a client, by HTTP Basic.");
  }
}
