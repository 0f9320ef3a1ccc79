namespace Recsys.Serving.Events;

/// <summary>Work on one user that must not run beside that user's events.</summary>
internal abstract class MailboxWork
{
    /// <summary>Runs it and reports to the caller; never throws.</summary>
    public abstract Task RunAsync();
}
