using Recsys.Storage;

namespace Recsys.Tests.Storage;

/// <summary>What the model keeps of one user.</summary>
internal sealed class StoreModelUser
{
    public long Revision { get; set; }

    public byte[] State { get; set; } = [];

    public byte[] Profile { get; set; } = [];

    /// <summary>Every hash ever appended, oldest first.</summary>
    public List<(ulong Hash, long TimeMs)> Hashes { get; } = [];

    public List<StoreModelEntry> Log { get; } = [];

    public bool Knows(ulong hash, long nowMs)
    {
        int last = Hashes.FindLastIndex(h => h.Hash == hash);
        return last >= Math.Max(0, Hashes.Count - 1000) && nowMs - Hashes[last].TimeMs <= 24 * 3600 * 1000;
    }

    public IEnumerable<StoreModelEntry> Stream(LogStream stream) => Log.Where(e => e.Stream == stream);
}
