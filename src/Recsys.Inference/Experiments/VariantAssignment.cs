namespace Recsys.Inference.Experiments;

/// <summary>
/// Which variant of an experiment a user has: a pure function of salt, variants and user id, the same on any machine, with nothing stored. Weighted rendezvous hashing
/// (Thaler and Ravishankar 1998): each variant draws an exponential variate from the hash of user and variant, divides it by its share, and the smallest wins; users outside of
/// the experiment are a variant of their own, with the share that is left.
/// <para>
/// What holds when shares change by d in all (half the sum of the absolute changes, the users outside counted as one): a user moves from one variant to another only if the other's share
/// grew relative to the first's, and at most 2 d / (1 + d) of all users move. No rule that keeps no memory moves fewer for all changes (Moulton and Jiang, "Maximally consistent sampling and the
/// Jaccard index of probability distributions", ICDM 2018). So nobody moves between two variants whose ratio stays: an experiment that is ramped up from 10 + 10 % to 30 + 30 % only takes
/// users in. A variant that grows at the cost of all others alike only gains users, as many as it grows by; an added one only takes users; a removed one's are spread over the rest. The order
/// in which variants are listed doesn't matter.
/// </para>
/// </summary>
public sealed class VariantAssignment
{
    /// <summary>The most variants of an experiment.</summary>
    public const int MaxVariants = 100;

    /// <summary>What <see cref="IndexOf"/> gives for users who aren't in the experiment.</summary>
    public const int Outside = -1;

    // No variant may have this name, so nothing is drawn twice.
    private const string OutsideName = "";

    private readonly ulong _seed;
    private readonly ulong[] _keys;
    private readonly double[] _rates;

    /// <summary>Prepares the draws.</summary>
    /// <param name="salt">The experiment's name or any other text; another salt gives a split that has nothing to do with this one.</param>
    /// <param name="variants">The variants with their shares of all users.</param>
    /// <exception cref="ArgumentException">The salt is empty; a name is empty or there twice; a share isn't above 0; all together are more than 1.</exception>
    public VariantAssignment(string salt, IReadOnlyList<VariantShare> variants)
    {
        ArgumentException.ThrowIfNullOrEmpty(salt);
        Check(variants);
        Variants = [.. variants];
        _seed = StableHash.Of(salt);
        var outside = Math.Max(0, 1 - variants.Sum(variant => variant.Share));

        // Shares such as 1/3 + 1/3 + 1/3 leave a rest that is rounding only.
        var hasOutside = outside > 1e-9;
        string[] names = [.. variants.Select(variant => variant.Name), .. hasOutside ? [OutsideName] : Array.Empty<string>()];
        _keys = [.. names.Select(name => StableHash.Of(name, _seed))];
        _rates = [.. variants.Select(variant => variant.Share), .. hasOutside ? [outside] : Array.Empty<double>()];
    }

    /// <summary>The variants, as given.</summary>
    public IReadOnlyList<VariantShare> Variants { get; }

    /// <summary>The place of the user's variant in <see cref="Variants"/>, or <see cref="Outside"/>.</summary>
    public int IndexOf(ReadOnlySpan<char> userId)
    {
        var user = StableHash.Of(userId, _seed);
        var (best, least) = (0, double.PositiveInfinity);
        for (var variant = 0; variant < _keys.Length; variant++)
        {
            var arrival = Exponential(StableHash.Mixed(user ^ _keys[variant])) / _rates[variant];
            if (arrival < least) (best, least) = (variant, arrival);
        }

        return best < Variants.Count ? best : Outside;
    }

    /// <summary>
    /// -ln of a number in (0, 1) made of the upper 53 bits. Not Math.Log, whose last bit differs between platforms: only additions, multiplications and divisions, which IEEE 754 fixes.
    /// </summary>
    private static double Exponential(ulong bits)
    {
        var uniform = ((bits >> 11) + 0.5) * (1.0 / (1UL << 53));
        var raw = BitConverter.DoubleToUInt64Bits(uniform);
        var exponent = (int)(raw >> 52) - 1023;
        var mantissa = BitConverter.UInt64BitsToDouble((raw & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000);

        // ln m = 2 artanh((m - 1) / (m + 1)), whose argument is at most 1/3: 20 terms are exact to the last bits.
        var t = (mantissa - 1) / (mantissa + 1);
        var (sum, square) = (0.0, t * t);
        for (var odd = 39; odd >= 1; odd -= 2) sum = (sum * square) + (1.0 / odd);
        return -((exponent * 0.6931471805599453) + (2 * t * sum));
    }

    private static void Check(IReadOnlyList<VariantShare> variants)
    {
        ArgumentNullException.ThrowIfNull(variants);
        if (variants.Count is 0 or > MaxVariants) throw new ArgumentException($"An experiment has 1 to {MaxVariants} variants, not {variants.Count}.", nameof(variants));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, share) in variants)
        {
            if (string.IsNullOrEmpty(name)) throw new ArgumentException("A variant's name is empty.", nameof(variants));
            if (!names.Add(name)) throw new ArgumentException($"There are two variants '{name}'.", nameof(variants));
            if (!(share is > 0 and <= 1)) throw new ArgumentException($"The share of variant '{name}' must be above 0 and at most 1, not {share}.", nameof(variants));
        }

        var sum = variants.Sum(variant => variant.Share);
        if (sum > 1 + 1e-9) throw new ArgumentException($"The variants' shares are {sum} together, more than 1.", nameof(variants));
    }
}
