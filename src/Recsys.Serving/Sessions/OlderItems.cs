namespace Recsys.Serving.Sessions;

/// <summary>
/// The items of interactions that the ring has let go, so that they still count as seen. Two sorted generations: items go into the younger one; when that is full it
/// becomes the elder and the former elder is forgotten. So at least the newest 10,000 items are kept and at most 20,000, in about 1.5 bytes each when stored.
/// </summary>
internal sealed class OlderItems
{
    public List<uint> Younger { get; private set; } = [];

    public List<uint> Elder { get; private set; } = [];

    public int Count => Younger.Count + Elder.Count;

    public bool Contains(uint item) => Younger.BinarySearch(item) >= 0 || Elder.BinarySearch(item) >= 0;

    /// <summary>Adds an item; one that's in the elder generation moves to the younger, so that what is let go often is kept longest.</summary>
    public void Add(uint item, int generation)
    {
        var at = Younger.BinarySearch(item);
        if (at >= 0) return;
        var elder = Elder.BinarySearch(item);
        if (elder >= 0) Elder.RemoveAt(elder);
        if (Younger.Count >= generation)
        {
            Elder = Younger;
            Younger = [item];
            return;
        }

        Younger.Insert(~at, item);
    }
}
