using System.Diagnostics;
using Recsys.Server.Bench;

namespace Recsys.ServerTests.Bench;

/// <summary>Which list follows from which event.</summary>
public sealed class FollowedUsersTests
{
    private static readonly long Start = Stopwatch.GetTimestamp();
    private readonly LoadRecorder _recorder = new();
    private readonly FollowedUsers _users;

    public FollowedUsersTests()
    {
        _recorder.Window(Start, At(1_000));
        _users = new FollowedUsers(_recorder);
        _users.Add("ana");
        _users.ListCame("ana", revision: 7, At(0)); // the subscription's own
    }

    [Fact]
    public void Event_when_a_list_of_the_same_revision_comes_waits_for_a_newer_one()
    {
        _users.Sent("ana", At(1), At(1));
        _users.ListCame("ana", revision: 7, At(1.1));
        Assert.Equal(0, Row.Count);
        _users.Acknowledged("ana", stored: true, At(1.2));
        _users.ListCame("ana", revision: 8, At(1.3));
        Assert.Equal(1, Row.Count);
        Assert.InRange(Row.MaxMs, 299, 301);
    }

    [Fact]
    public void Event_when_the_user_was_not_quiet_is_not_followed()
    {
        _users.Sent("ana", At(1), At(1));
        _users.Sent("ana", At(1.01), At(1.01));
        _users.Acknowledged("ana", stored: true, At(1.1));
        _users.ListCame("ana", revision: 8, At(1.1));
        _users.Acknowledged("ana", stored: true, At(1.1));
        _users.Sent("ana", At(1.5), At(1.5)); // the second event's list may still be on its way
        _users.ListCame("ana", revision: 9, At(1.6));
        Assert.Equal(1, Row.Count);
        _users.Acknowledged("ana", stored: true, At(1.7));
        _users.Sent("ana", At(5), At(5));
        _users.ListCame("ana", revision: 10, At(5.1));
        Assert.Equal(2, Row.Count);
    }

    [Fact]
    public void Event_when_it_is_not_stored_waits_for_no_list_and_one_whose_stream_ends_is_an_error()
    {
        _users.Sent("ana", At(1), At(1));
        _users.Acknowledged("ana", stored: false, At(1.1));
        _users.ListCame("ana", revision: 8, At(1.3));
        Assert.Equal(0, Row.Count);
        _users.Sent("ana", At(3), At(3));
        _users.Abandon("UNAVAILABLE");
        Assert.Equal(1, Row.Errors["UNAVAILABLE"]);
    }

    private LatencySummary Row => _recorder[OperationKind.EventToList].Sum(Start, 1_000);

    private static long At(double seconds) => Start + (long)(seconds * Stopwatch.Frequency);
}
