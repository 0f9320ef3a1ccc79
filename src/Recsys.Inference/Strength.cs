namespace Recsys.Inference;

/// <summary>How much of an interaction there was (played fraction, rating over its maximum), in one byte: 0 to 250 for 0 to 1, 255 for unknown.</summary>
public static class Strength
{
    /// <summary>Nothing is known.</summary>
    public const byte Unknown = 255;

    /// <summary>Buckets that the networks see: 0 unknown, 1 to 11 for tenths from 0 to 1.</summary>
    public const int BucketCount = 12;

    /// <summary>Plays of less than this strength (a tenth) were given up at once: they're an input, never a training target.</summary>
    public const byte MinTarget = 25;

    /// <summary>The byte for a share; not-a-number is unknown, values outside 0 to 1 are clamped.</summary>
    public static byte FromShare(double share) => double.IsNaN(share) ? Unknown : (byte)Math.Round(Math.Clamp(share, 0, 1) * 250);

    /// <summary>The share for a byte, or not-a-number for unknown.</summary>
    public static double ToShare(byte strength) => strength > 250 ? double.NaN : strength / 250.0;

    /// <summary>The bucket for a byte, 0 to 11.</summary>
    public static int Bucket(byte strength) => strength > 250 ? 0 : 1 + strength / 25;

    /// <summary>Whether an interaction is something that a model should learn to predict.</summary>
    public static bool IsTarget(InteractionKind kind, byte strength) =>
        kind is not (InteractionKind.Dislike or InteractionKind.Skip) && !(kind is InteractionKind.Play && strength < MinTarget);
}
