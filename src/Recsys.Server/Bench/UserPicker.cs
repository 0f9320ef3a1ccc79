namespace Recsys.Server.Bench;

/// <summary>
/// Chooses users. A user belongs to one lane (a connection with a stream), as behind a load balancer that keeps a user's stream on one server: user u to lane
/// u modulo the number of lanes.
/// </summary>
internal sealed class UserPicker
{
    private readonly int _users;
    private readonly int _lanes;
    private readonly Random _random;
    private readonly ZipfTable? _table;
    private readonly int[] _next;
    private int _turn;

    public UserPicker(UserChoice choice, int users, int lanes, double exponent, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(users, lanes);
        _users = users;
        _lanes = lanes;
        _random = random;
        _table = choice == UserChoice.Zipf ? new ZipfTable(users, exponent) : null;
        _next = new int[lanes];
    }

    /// <summary>The next operation's user; its lane is <see cref="LaneOf"/>.</summary>
    public int Next()
    {
        if (_table is not null) return _table.Next(_random);
        var lane = _turn;
        _turn = (_turn + 1) % _lanes;
        return NextIn(lane);
    }

    /// <summary>Another user of the same lane: messages of several events stay on one stream.</summary>
    public int NextIn(int lane)
    {
        if (_table is not null)
        {
            var drawn = _table.Next(_random);
            var user = drawn - (drawn % _lanes) + lane;
            return user < _users ? user : lane;
        }

        var ofLane = (_users - lane + _lanes - 1) / _lanes;
        var place = _next[lane];
        _next[lane] = (place + 1) % ofLane;
        return lane + (_lanes * place);
    }

    /// <summary>The lane of a user.</summary>
    public int LaneOf(int user) => user % _lanes;
}
