"""The routes: decorators are the contract (who may, what goes in, what comes out); the view calls one service."""
