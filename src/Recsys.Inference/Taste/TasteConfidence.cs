namespace Recsys.Inference.Taste;

/// <summary>
/// How much an interaction says of a user's taste: 1 + weight x share, where the share is the played fraction or the rating, and whole for what is only done on purpose (likes, purchases, shares). Of
/// plays and ratings whose share nobody knows it is 1.
/// </summary>
public static class TasteConfidence
{
    /// <summary>The confidence of one interaction, at least 1.</summary>
    /// <param name="kind">What kind: one that is a target (see <see cref="Strength.IsTarget"/>).</param>
    /// <param name="strength">How much of it.</param>
    /// <param name="weight">See <see cref="TasteOptions.StrengthWeight"/>.</param>
    public static float Of(InteractionKind kind, byte strength, float weight)
    {
        var share = kind is InteractionKind.Like or InteractionKind.Purchase or InteractionKind.Share ? 1 : Strength.ToShare(strength);
        return double.IsNaN(share) ? 1 : 1 + (weight * (float)share);
    }
}
