namespace Recsys.Datasets.Formats;

/// <summary>One MovieLens rating, 24 bytes.</summary>
/// <param name="TimeMs">Unix milliseconds.</param>
/// <param name="Order">Place in the files, from 0: the order of equal times.</param>
/// <param name="User">Index of the user id.</param>
/// <param name="Item">Index of the film id.</param>
/// <param name="Rating">0.5 to 5.</param>
internal readonly record struct MovieLensRating(long TimeMs, int Order, int User, int Item, float Rating) : IComparable<MovieLensRating>
{
    public int CompareTo(MovieLensRating other)
    {
        var byTime = TimeMs.CompareTo(other.TimeMs);
        return byTime != 0 ? byTime : Order.CompareTo(other.Order);
    }
}
