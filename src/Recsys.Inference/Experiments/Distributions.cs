namespace Recsys.Inference.Experiments;

/// <summary>Tail probabilities of the chi-square and the normal distribution; both are the incomplete gamma function. Right to 13 digits or better.</summary>
internal static class Distributions
{
    /// <summary>The normal distribution's 97.5th percentile: the half width of a 95 % interval in standard errors.</summary>
    public const double Z95 = 1.959963984540054;

    private const double Precision = 1e-16;
    private const int MaxTerms = 100_000;

    // Lanczos' approximation of the gamma function with g = 7, 9 terms (Godfrey 2001).
    private static readonly double[] Lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012,
        9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <summary>The probability that a chi-square variate is at least so large.</summary>
    public static double ChiSquareTail(double value, int degreesOfFreedom) => GammaTail(degreesOfFreedom / 2.0, value / 2);

    /// <summary>The probability that a normal variate is at least so many standard deviations away from its mean, in either direction.</summary>
    public static double TwoSided(double deviations) => double.IsInfinity(deviations) ? 0 : GammaTail(0.5, deviations * deviations / 2);

    /// <summary>The upper regularised incomplete gamma function Q(a, x): its series below a + 1, Legendre's continued fraction (by Lentz 1976) above.</summary>
    private static double GammaTail(double a, double x)
    {
        if (!(x > 0)) return 1;
        var front = Math.Exp((a * Math.Log(x)) - x - LogGamma(a));
        return x < a + 1 ? Math.Max(0, 1 - (front * Series(a, x))) : front * Fraction(a, x);
    }

    private static double Series(double a, double x)
    {
        var (term, sum) = (1 / a, 1 / a);
        for (var n = 1; n < MaxTerms && term > sum * Precision; n++)
        {
            term *= x / (a + n);
            sum += term;
        }

        return sum;
    }

    private static double Fraction(double a, double x)
    {
        const double tiny = 1e-300;
        var b = x + 1 - a;
        var (c, d) = (1 / tiny, 1 / b);
        var product = d;
        for (var n = 1; n < MaxTerms; n++)
        {
            var step = -n * (n - a);
            b += 2;
            d = (step * d) + b;
            d = 1 / (Math.Abs(d) < tiny ? tiny : d);
            c = b + (step / c);
            if (Math.Abs(c) < tiny) c = tiny;
            product *= d * c;
            if (Math.Abs((d * c) - 1) < Precision * 4) break;
        }

        return product;
    }

    private static double LogGamma(double a)
    {
        var (sum, x) = (Lanczos[0], a - 1);
        for (var i = 1; i < Lanczos.Length; i++) sum += Lanczos[i] / (x + i);
        var t = x + 7.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((x + 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }
}
