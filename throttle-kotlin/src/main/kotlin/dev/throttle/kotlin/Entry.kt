package dev.throttle.kotlin

import java.lang.reflect.Field
import kotlin.coroutines.Continuation

private const val STATE_MACHINE = "kotlin.coroutines.jvm.internal.ContinuationImpl"

/**
 * Returns whether a suspend function to which this continuation is handed is thereby entered again,
 * to go on where it was suspended: then the continuation is the function's own.
 *
 * That class has the state of the function in a field `label`, and its sign says just this: it is
 * set right before the function is entered again, and cleared by its first instructions. Whom the
 * function calls, be it itself, is handed the same continuation without it.
 */
internal fun Continuation<*>.entersItsFunction(): Boolean {
  val label = Labels.get(javaClass)
  return label != null && label.getInt(this) < 0
}

/** The field of each class that has one, kept by the class itself. */
private object Labels : ClassValue<Field?>() {

  override fun computeValue(type: Class<*>): Field? {
    if (type.superclass?.name != STATE_MACHINE) {
      return null
    }
    val label =
      type.declaredFields.firstOrNull {
        it.name == "label" && it.type == Int::class.javaPrimitiveType
      }
    check(label == null || label.trySetAccessible()) {
      "it cannot be told whether a throttled suspend function is called or goes on, since" +
        " ${type.module} does not open package ${type.packageName} to" +
        " ${Labels::class.java.module}. Open it."
    }
    return label
  }
}
