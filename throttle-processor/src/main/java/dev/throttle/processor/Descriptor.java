package dev.throttle.processor;

import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** Method descriptors as a class file has them (JVMS 4.3.3), generics erased. */
final class Descriptor {

  private Descriptor() {}

  static String of(ExecutableElement method, Elements elements, Types types) {
    StringBuilder text = new StringBuilder("(");
    for (VariableElement parameter : method.getParameters()) {
      append(text, types.erasure(parameter.asType()), elements);
    }
    text.append(')');
    append(text, types.erasure(method.getReturnType()), elements);
    return text.toString();
  }

  private static void append(StringBuilder text, TypeMirror type, Elements elements) {
    switch (type.getKind()) {
      case VOID -> text.append('V');
      case BOOLEAN -> text.append('Z');
      case BYTE -> text.append('B');
      case SHORT -> text.append('S');
      case INT -> text.append('I');
      case LONG -> text.append('J');
      case CHAR -> text.append('C');
      case FLOAT -> text.append('F');
      case DOUBLE -> text.append('D');
      case ARRAY -> append(text.append('['), ((ArrayType) type).getComponentType(), elements);
      default -> {
        TypeElement declared = (TypeElement) ((DeclaredType) type).asElement();
        String binaryName = elements.getBinaryName(declared).toString();
        text.append('L').append(binaryName.replace('.', '/')).append(';');
      }
    }
  }
}
