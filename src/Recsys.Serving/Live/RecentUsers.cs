using Recsys.Storage;

namespace Recsys.Serving.Live;

/// <summary>
/// The users whose events this process committed most recently, in two generations: when the young one is full it becomes the old one, and the old one is forgotten. Between
/// one and two times <paramref name="capacity"/> users are known.
/// </summary>
/// <param name="capacity">Users of a generation.</param>
internal sealed class RecentUsers(int capacity)
{
    private readonly Lock _lock = new();
    private HashSet<UserKey> _young = [];
    private HashSet<UserKey> _old = [];

    /// <summary>Notes a user.</summary>
    public void Add(UserKey user)
    {
        lock (_lock)
        {
            if (!_young.Add(user) || _young.Count < capacity) return;
            _old = _young;
            _young = [];
        }
    }

    /// <summary>Those of a namespace, as of now.</summary>
    public List<UserKey> Of(string ns)
    {
        lock (_lock) return [.. _young.Union(_old).Where(user => user.Namespace == ns)];
    }
}
