package handspring;

/** What is done with vectors most often. */
public final class Vectors {
  private Vectors() {}

  /**
   * How alike two things are, from -1 to 1, by the cosine of their vectors; which is the inner product, as the vectors of a
   * {@link HandspringClient} have length 1.
   *
   * @throws IllegalArgumentException if they differ in length
   */
  public static double similarity(float[] a, float[] b) {
    if (a.length != b.length)
      throw new IllegalArgumentException("expected vectors of one length, received " + a.length + " and " + b.length);
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += (double) a[i] * b[i];
    return sum;
  }
}
