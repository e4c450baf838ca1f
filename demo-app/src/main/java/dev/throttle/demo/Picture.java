package dev.throttle.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws how many calls the provider got within its last period, at every moment, and its limit. */
final class Picture {

  private static final int WIDTH = 900;
  private static final int HEIGHT = 420;
  private static final double STEP_SECONDS = 0.1;

  /** Most of the file would be digits behind the hundredth of a pixel. */
  private static final Pattern TOO_PRECISE = Pattern.compile("(\\.\\d\\d)\\d+");

  private final XYChart chart =
      new XYChartBuilder()
          .width(WIDTH)
          .height(HEIGHT)
          .title("Calls in the last " + Shop.PERIOD.toSeconds() + " s, counted by the provider")
          .xAxisTitle("seconds")
          .yAxisTitle("calls")
          .build();
  private final double[] seconds;

  Picture(Half without, Half with) {
    double end = Math.ceil(Math.max(end(without), end(with)) / 2) * 2;
    seconds =
        IntStream.rangeClosed(0, (int) (end / STEP_SECONDS))
            .mapToDouble(i -> i * STEP_SECONDS)
            .toArray();
    chart
        .getStyler()
        .setYAxisLogarithmic(true)
        .setYAxisMin(10.0)
        .setXAxisMax(end)
        .setXAxisMaxLabelCount((int) end / 2 + 1)
        .setXAxisDecimalPattern("0")
        .setLegendPosition(LegendPosition.InsideNE)
        .setChartBackgroundColor(Color.WHITE)
        .setChartTitleBoxVisible(false);
    double[] limit = new double[seconds.length];
    Arrays.fill(limit, Shop.LIMIT);
    line("without Throttle", inLastPeriod(without), new Color(0xC0392B));
    line("limit: " + Shop.LIMIT, limit, new Color(0x888888));
    line("with Throttle", inLastPeriod(with), new Color(0x1F4E79));
  }

  /** Writes it as SVG; needs no display. */
  void write(Path file) throws IOException {
    VectorGraphics2D canvas = new VectorGraphics2D();
    chart.paint(canvas, WIDTH, HEIGHT);
    ByteArrayOutputStream svg = new ByteArrayOutputStream();
    new SVGProcessor().getDocument(canvas.getCommands(), new PageSize(WIDTH, HEIGHT)).writeTo(svg);
    Files.writeString(file, TOO_PRECISE.matcher(svg.toString(UTF_8)).replaceAll("$1"));
  }

  private void line(String name, double[] calls, Color color) {
    chart
        .addSeries(name, seconds, calls)
        .setMarker(SeriesMarkers.NONE)
        .setLineColor(color)
        .setLineStyle(new BasicStroke(2));
  }

  private static double end(Half half) {
    double last = half.passages().stream().mapToLong(Passage::countedNanos).max().orElse(0) / 1e9;
    return last + Shop.PERIOD.toSeconds();
  }

  /** A logarithmic axis has no zero: what is less than one call is drawn as one. */
  private double[] inLastPeriod(Half half) {
    double[] counted = half.passages().stream().mapToDouble(c -> c.countedNanos() / 1e9).toArray();
    double period = Shop.PERIOD.toSeconds();
    return Arrays.stream(seconds)
        .map(now -> Arrays.stream(counted).filter(t -> t <= now && t > now - period).count())
        .map(calls -> Math.max(1, calls))
        .toArray();
  }
}
