namespace Recsys.Inference.Experiments;

/// <summary>The outcomes of one user.</summary>
/// <param name="Variant">The variant's place, or <see cref="Mixed"/>.</param>
/// <param name="Exposures">Items shown.</param>
/// <param name="Plays">Shown items that were played.</param>
/// <param name="PlayedSeconds">How long, in all.</param>
internal readonly record struct UserTotals(int Variant, long Exposures, long Plays, double PlayedSeconds)
{
    /// <summary>The user was in more than one variant.</summary>
    public const int Mixed = -1;

    public UserTotals Plus(in UserTotals other) =>
        new(Variant == other.Variant ? Variant : Mixed, Exposures + other.Exposures, Plays + other.Plays, PlayedSeconds + other.PlayedSeconds);
}
