package dev.throttle.demo.spring;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.openfeign.EnableFeignClients;
import org.springframework.web.service.registry.ImportHttpServices;

/** The application: a page, and clients of the shop at {@code shop.host}. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableFeignClients(clients = FeignShop.class)
@ImportHttpServices(group = "shop", types = ExchangeShop.class)
class DemoApplication {}
